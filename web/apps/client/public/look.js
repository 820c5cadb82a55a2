// Runs before anything shows, so that a dark app never flashes white: theme and text size of this device.
(function () {
  var look = {};
  try {
    look = JSON.parse(localStorage.getItem('cairn-look')) || {};
  } catch {
    look = {};
  }
  var dark = matchMedia('(prefers-color-scheme: dark)');
  var root = document.documentElement;
  function show() {
    var theme = window.cairnLook.theme;
    if (theme !== 'light' && theme !== 'dark') theme = dark.matches ? 'dark' : 'light';
    root.dataset.theme = theme;
    root.dataset.text = window.cairnLook.text || 'normal';
    var color = document.querySelector('meta[name=theme-color]');
    if (color) color.setAttribute('content', theme === 'dark' ? '#181613' : '#f4efe4');
  }
  window.cairnLook = { theme: look.theme, text: look.text, veil: look.veil, show: show };
  if (dark.addEventListener) dark.addEventListener('change', show);
  show();
})();
