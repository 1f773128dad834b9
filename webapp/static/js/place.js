// Where a visit starts: three seconds, then without. It never holds anyone up.

const PATIENCE = 3000;

export function init() {
  for (const form of document.querySelectorAll('form[data-place]')) locate(form.elements.place);
}

function locate(input) {
  if (!input || !navigator.geolocation) return;
  const found = ({coords: {latitude, longitude, accuracy}}) => {
    input.value = JSON.stringify({latitude, longitude, accuracy: Math.round(accuracy)});
  };
  navigator.geolocation.getCurrentPosition(found, () => {}, {timeout: PATIENCE, maximumAge: 60e3, enableHighAccuracy: false});
}
