const shortestSecret = 4;
const mask = '[redacted]';

/** Secrets that were seen at run time and must not be written anywhere. */
export interface SecretSet {
  /** Masks the value from now on, including its JSON-escaped, URL-encoded and base64 forms. Short values are too common to mask. */
  add(secret: string): void;
  mask(text: string): string;
}

export function createSecretSet(): SecretSet {
  const forms = new Set<string>();
  let sorted: readonly string[] = [];
  return {
    add(secret) {
      if (secret.length < shortestSecret) return;
      for (const form of formsOf(secret)) forms.add(form);
      // The longest first: a form may be part of another.
      sorted = [...forms].sort((a, b) => b.length - a.length);
    },
    mask(text) {
      let masked = text;
      for (const form of sorted) masked = masked.replaceAll(form, mask);
      return masked;
    },
  };
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
  ];
}
