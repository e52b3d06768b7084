// What can't wait for the first script, in a file of its own because the content policy allows no inline one: the chosen
// theme, before the first paint, and the reads that the page at this address begins with, which travel while the script does.
// It knows addresses and nothing else: src/api/first.ts hands the answers to who asks the same, and first.test.ts holds both
// together. What nobody asks for is dropped. It asks only in a browser that was logged in when it was last told.
;(function () {
  // As many clusters as src/api/looked-at.ts has asked at once.
  var LOOKED_AT_MAX = 12
  function stored(key) {
    try {
      return localStorage.getItem(key)
    } catch (_) {
      // Storage may be refused: dark is the default, and nothing is asked early.
      return null
    }
  }
  var theme = stored('kubechat-theme')
  if (theme === 'light' || theme === 'auto') document.documentElement.dataset.theme = theme

  // The host says with the page when nobody is logged in (src/api/told.ts).
  var page = performance.getEntriesByType('navigation')[0]
  var said = (page !== undefined && page.serverTiming) || []
  if (said.some(function (word) { return word.name === 'session' && word.description === 'none' })) return
  if (stored('kubechat-session') !== 'in' || location.hash.indexOf('#code=') === 0) return
  var search = new URLSearchParams(location.search)
  // What is no plain name is read by the router alone.
  function isPlain(value) {
    return value !== null && /^[a-z][a-z0-9.-]*$/i.test(value)
  }
  function plain(key) {
    var value = search.get(key)
    return isPlain(value) ? value : null
  }
  function query(pairs) {
    var said = pairs.filter(function (pair) { return pair[1] !== null }).map(function (pair) { return pair.join('=') }).join('&')
    return said === '' ? '' : '?' + said
  }
  var cluster = plain('c')
  var namespace = plain('n')
  var reads = ['/api/v1/session']
  var list = /^\/r\/([a-z0-9.-]+)$/.exec(location.pathname)
  var object = /^\/r\/([a-z0-9.-]+)\/([a-z0-9.-]+)\/([a-z0-9.-]+)\/([a-z0-9.-]+)$/.exec(location.pathname)
  var plan = /^\/plans\/([\w-]+)$/.exec(location.pathname)
  if (location.pathname === '/') {
    // Each chosen cluster is asked by itself. Which there are where none is chosen, the session says first.
    var chosen = (search.get('c') || '').split(',')
    if (chosen.every(isPlain) && namespace === search.get('n')) {
      chosen.slice(0, LOOKED_AT_MAX).forEach(function (name) { reads.push('/api/v1/findings' + query([['cluster', name], ['namespace', namespace]])) })
    }
    ;['indeterminate', 'needs-approval', 'ready', 'failed'].forEach(function (state) { reads.push('/api/v1/plans?state=' + state + '&limit=50') })
    reads.push('/api/v1/plans' + query([['cluster', cluster], ['limit', '50']]), '/api/v1/doctor')
  } else if (plan !== null) {
    reads.push('/api/v1/plans/' + plan[1])
  } else if (object !== null) {
    var within = object[3] === '-' ? null : object[3]
    reads.push('/api/v1/objects/' + object[2] + '/' + object[1] + '/' + object[3] + '/' + object[4], '/api/v1/findings' + query([['cluster', object[2]], ['namespace', within]]), '/api/v1/clusters/' + object[2] + '/kinds')
  } else if (list !== null && cluster !== null && namespace === search.get('n') && !search.has('labels') && !search.has('fields')) {
    reads.push('/api/v1/clusters/' + cluster + '/kinds', '/api/v1/resources/' + list[1] + query([['cluster', cluster], ['namespace', namespace], ['limit', '500']]))
  }
  reads.push('/readyz?verbose=')
  var answers = new Map()
  reads.forEach(function (address) {
    var answer = fetch(address)
    // Who takes it hears of a failure; nobody has to.
    answer.catch(function () {})
    answers.set(location.origin + address, answer)
  })
  window.kubechatFirst = { asked: performance.now(), answers: answers }
})()
