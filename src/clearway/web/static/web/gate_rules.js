// Whether a token lets pass at a gate that is cut off: the same rules as gate/rules.py, on its pack.
const MARK = "CG1";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const DOMAIN = "clearway gate token v1\n";
const SIGNATURE = 64;

/** Why a token is refused, by the codes of the platform; empty where it lets pass. */
export async function decide(pack, shown, used, at) {
  const told = await readCode(shown.code);
  if (told && !(await isSigned(told, pack.keys))) return "forged";
  const serial = told ? told.serial : shown.code.trim().toUpperCase();
  if (used.has(serial)) return "replayed";
  if (pack.revoked.includes(serial)) return "recalled";
  const token = pack.tokens.find((one) => one.serial === serial);
  if (!token || (told && !isThatOf(told, token))) return "not_cached";
  if (at - Date.parse(pack.at) > pack.revocations_minutes * 60000) return "stale_list";
  if (token.direction !== shown.direction) return "other_direction";
  if (at >= Date.parse(token.expires_at)) return "expired";
  if (plain(shown.unit) !== token.key) return "other_unit";
  if (token.plate && plain(shown.plate) !== token.plate) return "other_plate";
  if (token.packages && shown.packages !== null && shown.packages !== token.packages)
    return "other_quantity";
  return "";
}

/** A number as it is compared: letters and digits, upper case. */
export function plain(text) {
  return text.normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "").toUpperCase();
}

/** What a scanned code says, not proved; null where it is none. */
export async function readCode(code) {
  const text = code.trim().toUpperCase();
  if (!text.startsWith(MARK)) return null;
  const whole = bytesOf(text.slice(MARK.length));
  if (!whole || whole.length <= SIGNATURE) return null;
  const payload = whole.slice(0, -SIGNATURE);
  const parts = new TextDecoder().decode(payload).split("|");
  if (parts.length !== 10) return null;
  const [serial, key, direction, , unit, , plate] = parts;
  return { serial, key, direction, unit, plate, payload, signature: whole.slice(-SIGNATURE) };
}

function isThatOf(told, token) {
  const same = told.direction === token.direction && told.unit === token.key;
  return same && told.plate === token.plate;
}

// Where the browser knows no Ed25519, or the address is no secure one, what the code says is
// compared with what the pack holds of that token (isThatOf): it was given over a signed-in line.
async function isSigned(told, keys) {
  const known = keys[told.key];
  if (!known) return false;
  const signed = new Uint8Array([...new TextEncoder().encode(DOMAIN), ...told.payload]);
  const raw = Uint8Array.from(atob(known), (one) => one.charCodeAt(0));
  try {
    const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, told.signature, signed);
  } catch {
    return true;
  }
}

function bytesOf(text) {
  const found = [];
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    const digit = LETTERS.indexOf(letter);
    if (digit < 0) return null;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      found.push((value >> bits) & 0xff);
    }
  }
  return new Uint8Array(found);
}
