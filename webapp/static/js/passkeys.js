// 通行密钥: the browser's answer goes into the form, which is then sent like any other.
const ABLE = !!globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON;

const ASK = {
  create: options => navigator.credentials.create({publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)}),
  get: options => navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)}),
};

const say = (form, code) => {
  for (const message of form.querySelectorAll('[data-message]')) message.hidden = message.dataset.message !== code;
};

async function asked(form) {
  const response = await fetch(`${form.action}/begin`, {method: 'POST', body: new URLSearchParams(new FormData(form)), headers: {Accept: 'application/json'}});
  const options = await response.json();
  if (!response.ok) return options.error.code ?? options.error;
  const credential = await ASK[form.dataset.passkey](options);
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  return '';
}

async function submitted(event) {
  event.preventDefault();
  const form = event.target;
  // Cancelled, timed out, or no network: each is said, none is a crash.
  const code = await asked(form).catch(() => 'passkey_failed');
  say(form, code);
  if (!code) form.submit();
}

export function init() {
  if (!ABLE) return;
  for (const note of document.querySelectorAll('[data-passkey-missing]')) note.hidden = true;
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', submitted);
  }
}
