// Applies the chosen theme before the first paint. A file of its own, because the content policy allows no inline script.
;(function () {
  try {
    var theme = localStorage.getItem('kubechat-theme')
    if (theme === 'light' || theme === 'auto') document.documentElement.dataset.theme = theme
  } catch (_) {
    // Storage may be refused; dark is the default.
  }
})()
