using Kontor.Billing;
using Kontor.Catalog;
using Kontor.Delivery;
using Kontor.Insight;
using Kontor.Intake;
using Kontor.Returns;

namespace Kontor.Portal;

/// <summary>The pages of buyers and suppliers, and those that anybody reaches: the table of contents of both portals.</summary>
internal static class PartyPages
{
    public static void Map(IEndpointRouteBuilder app)
    {
        BuyerLeadsPage.Map(app);
        BuyerLeadPage.Map(app);
        OutcomePages.Map(app);
        OutcomeUploadPage.Map(app);
        ReturnPages.Map(app);
        OwnContractsPage.Map(app);
        ContractRequestsPage.Map(app);
        BuyerBalancePage.Map(app);
        BuyerStatisticsPage.Map(app);
        SubmissionsPage.Map(app);
        ChannelsPage.Map(app);
        SpecificationPage.Map(app);
        TestConsolePage.Map(app);
        EarningsPage.Map(app);
        HostedFormPage.Map(app);
    }
}
