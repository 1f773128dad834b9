// 大字: remembered by the browser, for every page of ours.
function enlarge() {
  if (localStorage.getItem('large') === '1') document.body.dataset.weuiMode = 'care';
  else delete document.body.dataset.weuiMode;
}

function toggle(event) {
  if (!event.target.closest('[data-large]')) return;
  localStorage.setItem('large', localStorage.getItem('large') === '1' ? '0' : '1');
  enlarge();
}

export function init() {
  enlarge();
  for (const button of document.querySelectorAll('[data-large]')) button.hidden = false;
  document.addEventListener('click', toggle);
}
