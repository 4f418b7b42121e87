// Reads {secret, id, timestamp, signature, body} from standard input. Prints the signature that the reference library makes and whether it
// verifies the given one now.
const { Webhook } = require("standardwebhooks");
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const webhook = new Webhook(given.secret);
const signed = webhook.sign(given.id, new Date(given.timestamp * 1000), given.body);
let verified = true;
try {
  webhook.verify(given.body, { "webhook-id": given.id, "webhook-timestamp": String(given.timestamp), "webhook-signature": given.signature });
} catch {
  verified = false;
}
process.stdout.write(JSON.stringify({ signed, verified }));
