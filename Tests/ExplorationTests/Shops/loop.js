const redis = require('redis'), readline = require('readline')
const client = redis.createClient({ url: process.env.REDIS_URL })
client.on('error', () => {})
const ways = {
  async look() {
    const n = Number(await client.get('count'))
    if (n > 0) await client.set('count', n - 1)
    return n > 0
  },
  async watch() {
    while (true) {
      await client.watch('count')
      const n = Number(await client.get('count'))
      if (n < 1) { await client.unwatch(); return false }
      try {
        await client.multi().set('count', n - 1).exec()
        return true
      } catch (error) { if (!(error instanceof redis.WatchError)) throw error }
    }
  },
  async count() {
    const left = await client.decr('count')
    if (left < 0) await client.incr('count')
    return left >= 0
  }
}
client.connect().then(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    try {
      console.log(await ways[process.env.HOW]() ? 'won' : 'nothing')
    } catch (error) { console.log('error', error.message) }
  }
})
