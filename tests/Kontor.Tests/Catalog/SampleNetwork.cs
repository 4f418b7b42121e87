namespace Kontor.Tests.Catalog;

/// <summary>The network of the API's documentation.</summary>
internal static class SampleNetwork
{
    public const string Yaml = """
        verticals:
          - key: solar
            name: Solar systems
            fields:
              - {key: first_name, type: first_name, required: true, personal: true}
              - {key: email, type: email, required: true, personal: true}
              - {key: phone, type: phone, required: true, personal: true}
              - {key: postal_code, type: postal_code, required: true, ping: true}
              - {key: roof, type: choice, options: [owner, tenant], required: true, ping: true}
              - {key: power_bill, type: money, ping: true}
        suppliers:
          - {key: acme-media, name: Acme Media}
        sources:
          - {key: acme-landing, supplier: acme-media, payout: {type: share_of_revenue, percent: 60}}   # or {type: fixed, amount: 12.5}
          - {key: shady-source, supplier: acme-media}
        campaigns:
          - key: solar-de
            vertical: solar
            country: DE
            currency: EUR
            duplicates: {fields: [phone, email], window: 30d}
            plan: {mode: exclusive, method: priority}
        buyers:
          - {key: sonnenhaus, name: Sonnenhaus GmbH, time_zone: Europe/Berlin, billing: {type: prepaid, currency: EUR}}
        contracts:
          - key: sonnenhaus-nord
            buyer: sonnenhaus
            campaign: solar-de
            prices: [{max_buyers: 1, price: 90}, {max_buyers: 3, price: 40}]
            priority: 1
            weight: 50
            tags: [premium]
            filter: {all: [{field: roof, op: eq, value: owner}, {any: [{field: power_bill, op: gte, value: 80}, {field: power_bill, op: missing}]}]}
            territory: {postal_codes: ["20000-22999", "24*"], radius: {postal_code: "20095", km: 40}, states: [HH, SH]}   # union of what is given
            schedule: {hours: {mon-fri: "08:00-18:00", sat: "09:00-13:00"}, except: ["2026-12-24"]}
            caps: [{window: day, leads: 20}, {window: month, spend: 4000}]
            sources: {block: [shady-source], prefer: {acme-landing: 10%}}
            min_score: 50
            status: active               # or paused
            valid: {from: 2026-01-01, until: 2026-12-31}
            accept: immediate            # or on_response
            timeout: 5s                  # for on_response
            delivery: {type: webhook, url: "https://crm.example.com/leads"}
        """;
}
