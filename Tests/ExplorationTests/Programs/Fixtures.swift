/// Programs that buy.
enum Fixtures {
    /// A client in a few lines of Python that is started quickly: `ask("GET", "count")`.
    static let plainClient = """
        import os, socket
        sock = socket.create_connection((os.environ["REDIS_HOST"], int(os.environ["REDIS_PORT"])))
        lines = sock.makefile("rb")
        def ask(*words):
            sock.sendall(b"*%d\\r\\n" % len(words) + b"".join(b"$%d\\r\\n%s\\r\\n" % (len(w), w) for w in (str(w).encode() for w in words)))
            return answer()
        def answer():
            line = lines.readline()
            if not line: raise ConnectionError("closed")
            kind, rest = line[:1], line[1:-2]
            if kind == b"-": raise Exception(rest.decode())
            if kind == b":": return int(rest)
            if kind == b"+": return rest.decode()
            if int(rest) < 0: return None
            if kind == b"$": return lines.read(int(rest) + 2)[:-2].decode()
            return [answer() for _ in range(int(rest))]

        """

    /// Looks, and then takes.
    static let getAndSet = """
        n = int(ask("GET", "count"))
        if n < 1: raise SystemExit(1)
        ask("SET", "count", n - 1)

        """

    /// A program that reads lines, with redis-py: `buy(r, buyer)` says whether it has bought.
    static func loop(_ buy: String, client: String = "redis.Redis.from_url(os.environ['REDIS_URL'])") -> String {
        """
        import os, sys, redis, uuid
        from redis.retry import Retry
        from redis.backoff import NoBackoff
        r = \(client)
        \(buy)
        for line in sys.stdin:
            try:
                print("won" if buy(r, line.strip()) else "nothing", flush=True)
            except redis.RedisError as problem:
                print("error", problem, flush=True)

        """
    }

    /// WATCH as it has to be: looked at within it, tried again where another one was quicker.
    static let watch = """
        def buy(r, buyer):
            with r.pipeline() as pipe:
                while True:
                    try:
                        pipe.watch("count")
                        n = int(pipe.get("count"))
                        if n < 1: return False
                        pipe.multi()
                        pipe.set("count", n - 1)
                        pipe.sadd("winners", buyer)
                        pipe.execute()
                        return True
                    except redis.WatchError:
                        continue
        """

    /// A lock in Redis that expires; only its owner removes it.
    static let lock = """
        def buy(r, buyer):
            token = str(uuid.uuid4())
            while not r.set("lock", token, nx=True, ex=5): pass
            n = int(r.get("count"))
            if n > 0: r.set("count", n - 1)
            if r.get("lock") == token.encode(): r.delete("lock")
            return n > 0
        """

    /// A service that looks and takes under a lock of its own.
    static let flask = """
        import os, sys, threading, redis
        from flask import Flask, request, jsonify
        app = Flask("shop")
        lock = threading.Lock()
        r = redis.Redis.from_url(os.environ["REDIS_URL"])
        @app.post("/buy")
        def buy():
            with lock:
                n = int(r.get("count"))
                if n > 0: r.set("count", n - 1)
            return jsonify(ok=n > 0, left=n - 1)
        app.run(port=int(sys.argv[1]), threaded=True)

        """

    /// A service whose requests share one connection, and with it one WATCH.
    static let node = """
        const net = require('net'), http = require('http')
        const socket = net.connect(Number(process.env.REDIS_PORT), process.env.REDIS_HOST)
        socket.setNoDelay(true)
        let buffer = '', waiting = []
        function parse(at) {
          const end = buffer.indexOf('\\r\\n', at)
          if (end < 0) return null
          const kind = buffer[at], rest = buffer.slice(at + 1, end)
          if (kind === '+') return [rest, end + 2]
          if (kind === '-') return [new Error(rest), end + 2]
          if (kind === ':') return [Number(rest), end + 2]
          const n = Number(rest)
          if (n < 0) return [null, end + 2]
          if (kind === '$') return buffer.length >= end + 4 + n ? [buffer.slice(end + 2, end + 2 + n), end + 4 + n] : null
          const all = []
          let place = end + 2
          for (let i = 0; i < n; i++) {
            const one = parse(place)
            if (!one) return null
            all.push(one[0]); place = one[1]
          }
          return [all, place]
        }
        socket.on('data', chunk => {
          buffer += chunk
          for (let one; waiting.length && (one = parse(0)); ) {
            buffer = buffer.slice(one[1])
            waiting.shift()(one[0])
          }
        })
        function ask(...words) {
          socket.write('*' + words.length + '\\r\\n' + words.map(w => '$' + String(w).length + '\\r\\n' + w + '\\r\\n').join(''))
          return new Promise(done => waiting.push(done))
        }
        async function buy() {
          while (true) {
            await ask('WATCH', 'count')
            const n = Number(await ask('GET', 'count'))
            if (n < 1) { await ask('UNWATCH'); return false }
            ask('MULTI'); ask('SET', 'count', n - 1)
            if (await ask('EXEC')) return true
          }
        }
        http.createServer(async (request, response) => {
          const ok = await buy()
          response.setHeader('Content-Type', 'application/json')
          response.end(JSON.stringify({ ok }))
        }).listen(Number(process.argv[2]), '127.0.0.1')

        """

    /// A service that only takes orders: a thread of it serves them one by one.
    static let queue = """
        import os, sys, threading, redis
        from flask import Flask, request, jsonify
        app = Flask("shop")
        r = redis.Redis.from_url(os.environ["REDIS_URL"])
        def work():
            while True:
                user = r.blpop("jobs", 0)[1].decode()
                n = int(r.get("count") or 0)
                if n > 0: r.set("count", n - 1)
                r.rpush("result:" + user, "won" if n > 0 else "nothing")
        @app.post("/buy")
        def buy():
            user = request.args["user"]
            r.rpush("jobs", user)
            result = r.blpop("result:" + user, 5)
            return jsonify(ok=result is not None and result[1] == b"won")
        WORKERS
        app.run(port=int(sys.argv[1]), threaded=True)

        """

    /// Threads of one program, each a purchase; it opens the sale itself.
    static let whole = """
        import os, threading, redis
        r = redis.Redis.from_url(os.environ["REDIS_URL"])
        r.set("count", 1)
        def buy(i):
            n = int(r.get("count"))
            if n > 0:
                r.set("count", n - 1)
                print("buyer", i, "bought", flush=True)
        threads = [threading.Thread(target=buy, args=(i,)) for i in range(2)]
        for t in threads: t.start()
        for t in threads: t.join()
        print("left", int(r.get("count")))

        """
}
