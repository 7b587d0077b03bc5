const redis = require('redis'), http = require('http')
const client = redis.createClient({ url: process.env.REDIS_URL })
client.on('error', () => {})
async function buy(client) {
  while (true) {
    await client.watch('count')
    const n = Number(await client.get('count'))
    if (n < 1) { await client.unwatch(); return false }
    try {
      await client.multi().set('count', n - 1).exec()
      return true
    } catch (error) { if (!(error instanceof redis.WatchError)) throw error }
  }
}
const own = process.env.ISOLATED ? () => client.executeIsolated(buy) : () => buy(client)
client.connect().then(() => http.createServer((request, response) => {
  own().then(ok => { response.setHeader('Content-Type', 'application/json'); response.end(JSON.stringify({ ok })) },
    error => { response.statusCode = 500; response.end(error.message) })
}).listen(Number(process.argv[2]), '127.0.0.1'))
