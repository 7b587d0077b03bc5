import EmbeddedRedis
import Foundation
import Glibc
import Proxy
import RedisDriver
import Strategies
import TestSupport
import Testing

/// Commands of all sorts, through the proxy to a real server.
struct PassingOnTests {
    @Test func pipelinesComeBackInOrder() throws {
        let it = try ProxiedServer()
        var client = try it.client()
        let replies = try client.call(all: (1...5000).map { _ in [Array("INCR".utf8), Array("n".utf8)] })
        #expect(replies.map { $0.integer() } == (1...5000).map { $0 })
        #expect(it.proxy.counts.writes == 5000)
    }

    @Test("a connection's state is the server's: a transaction, a watch that another client breaks, a database")
    func state() throws {
        let it = try ProxiedServer()
        var client = try it.client()
        var other = try it.client()
        #expect(try client.call(["SELECT", "3"]).string() == "OK")
        #expect(try client.call(["WATCH", "k"]).string() == "OK")
        #expect(try other.call(["SELECT", "3"]).string() == "OK")
        #expect(try other.call(["SET", "k", "1"]).string() == "OK")
        _ = try client.call(["MULTI"])
        #expect(try client.call(["SET", "k", "2"]).string() == "QUEUED")
        #expect(try client.call(["EXEC"]).kind == .null)
        _ = try client.call(["MULTI"])
        _ = try client.call(["SET", "k", "2"])
        #expect(try client.call(["EXEC"]).elementCount() == 1)
        #expect(try other.call(["GET", "k"]).string() == "2")
        #expect(try client.call(["EVAL", "return redis.call('GET', KEYS[1])", "1", "k"]).string() == "2")
    }

    @Test("large values pass, and one that is larger than what waits")
    func large() throws {
        let it = try ProxiedServer()
        var client = try it.client()
        for size in [100_000, 300_000, 8_000_000] {
            let value = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(try client.call([Array("SET".utf8), Array("big".utf8), value]).string() == "OK")
            client.replyLimit = 64 << 20
            #expect(Array(try client.call(["GET", "big"]).bytes()) == value)
        }
        #expect(it.proxy.counts.commands == 7)
    }

    @Test func speaksRESP3AndPushesPass() throws {
        let it = try ProxiedServer()
        let client = RawClient(port: it.proxy.port)
        client.send("HELLO 3\r\n")
        #expect(client.read(until: "modules\r\n*0\r\n").text.hasPrefix("%7\r\n"))
        client.send("SUBSCRIBE a b\r\nPING\r\n")
        let text = client.read(until: "+PONG\r\n").text
        #expect(text.hasPrefix(">3\r\n$9\r\nsubscribe\r\n"))
        #expect(try it.asked(["PUBLISH", "a", "hello"]).contains("1"))
        #expect(client.read(until: "hello\r\n").text == ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$5\r\nhello\r\n")
        client.send("INCR n\r\n")
        #expect(client.read(until: "\r\n").text == ":1\r\n")
        #expect(it.proxy.counts.bridges == 0 && it.proxy.counts.answers == 4)
    }

    @Test("RESP2: who subscribes or watches the server gets all bytes, and the record says so")
    func bridges() throws {
        let it = try ProxiedServer()
        let client = RawClient(port: it.proxy.port)
        client.send("SUBSCRIBE a\r\n")
        _ = client.read(until: ":1\r\n")
        #expect(try it.asked(["PUBLISH", "a", "hello"]).contains("1"))
        #expect(client.read(until: "hello\r\n").text == "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$5\r\nhello\r\n")
        let watcher = RawClient(port: it.proxy.port)
        watcher.send("MONITOR\r\n")
        #expect(watcher.read(until: "\r\n").text == "+OK\r\n")
        _ = try it.asked(["SET", "seen", "1"])
        #expect(watcher.read(until: "\"seen\" \"1\"\r\n").code == nil)
        let silent = RawClient(port: it.proxy.port)
        silent.send("CLIENT REPLY SKIP\r\nSET a 1\r\nGET a\r\n")
        #expect(silent.read(until: "1\r\n1\r\n").text == "$1\r\n1\r\n")
        #expect(it.proxy.counts.bridges == 3)
        #expect(try it.rows().count { $0[4] == "bridge" } == 3)
    }

    @Test("a command that waits for others stops nobody else, and is answered")
    func blocking() throws {
        let it = try ProxiedServer()
        let waiting = RawClient(port: it.proxy.port)
        waiting.send("BLPOP list 0\r\n")
        var other = try it.client()
        #expect(TestProcess.eventually { (try? it.asked(["CLIENT", "LIST"]).contains("cmd=blpop")) == true })
        #expect(try other.call(["RPUSH", "list", "x"]).integer() == 1)
        #expect(waiting.read(until: "x\r\n").text == "*2\r\n$4\r\nlist\r\n$1\r\nx\r\n")
    }

    @Test("a client that is gone takes nothing any more")
    func goneClient() throws {
        let it = try ProxiedServer()
        var waiting: RawClient? = RawClient(port: it.proxy.port)
        waiting?.send("BLPOP list 0\r\n")
        #expect(TestProcess.eventually { (try? it.asked(["CLIENT", "LIST"]).contains("cmd=blpop")) == true })
        waiting = nil
        #expect(TestProcess.eventually { (try? it.asked(["CLIENT", "LIST"]).contains("cmd=blpop")) == false })
        #expect(try it.asked(["RPUSH", "list", "x"]) == "(integer) 1")
        #expect(try it.asked(["LLEN", "list"]) == "(integer) 1")
        // Half of a command is none.
        var half: RawClient? = RawClient(port: it.proxy.port)
        half?.send("*2\r\n$4\r\nINCR\r\n$1\r\n")
        half = nil
        #expect(TestProcess.eventually { it.proxy.counts.openConnections == 0 })
        #expect(try it.asked(["EXISTS", "n"]) == "(integer) 0")
        // What was sent whole before the end is run, and answered to who still reads.
        let leaving = RawClient(port: it.proxy.port)
        leaving.send("INCR n\r\nINCR n\r\n")
        shutdown(leaving.descriptor, Int32(SHUT_WR))
        let (_, code) = leaving.read()
        #expect(code == 0)
        #expect(try it.asked(["GET", "n"]).contains("2"))
    }

    @Test func servesManyAtOnce() throws {
        let it = try ProxiedServer()
        let clients = (0..<200).map { _ in RawClient(port: it.proxy.port) }
        for client in clients { client.send("INCR n\r\nGET n\r\n") }
        for client in clients { #expect(client.read(until: "\r\n").text.hasPrefix(":")) }
        #expect(try it.asked(["GET", "n"]).contains("200"))
        #expect(it.proxy.counts.connections == 200 && it.proxy.counts.openConnections == 200)
    }

    @Test("one client that does not read stops no other, and gets all in the end")
    func slowClient() throws {
        let it = try ProxiedServer()
        _ = try it.asked(["SET", "big", String(repeating: "x", count: 1_000_000)])
        let slow = RawClient(port: it.proxy.port)
        slow.send(String(repeating: "GET big\r\n", count: 20) + "PING\r\n")
        var other = try it.client()
        for _ in 0..<200 { #expect(try other.call(["PING"]).string() == "PONG") }
        let text = slow.read(until: "+PONG\r\n").text
        #expect(text.utf8.count == 20 * 1_000_012 + 7)
    }

    @Test(
        "who does not speak the protocol is told, and goes",
        arguments: [
            ("\u{16}\u{3}\u{1}\u{2}", "byte 22"), ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP"),
            ("*1\r\n:5\r\n", "in the place of $"), ("*abc\r\n", "a number"),
        ])
    func garbage(_ bytes: String, _ reason: String) throws {
        let it = try ProxiedServer()
        let client = RawClient(port: it.proxy.port)
        client.send(bytes)
        let text = client.read().text
        #expect(text.hasPrefix("-ERR Protocol error: ") && text.contains(reason), "\(text)")
        #expect(it.proxy.counts.refused == 1)
        #expect(try it.rows().contains { $0[4] == "refused" && $0[6].contains(reason.prefix(8)) })
    }

    @Test func serverThatDiesAndComesBack() throws {
        let it = try ProxiedServer()
        var client = try it.client()
        _ = try client.call(["PING"])
        kill(it.server.processID, SIGKILL)
        #expect(throws: ConnectionError.self) { try client.call(["INCR", "n"]) }
        // Its listening socket is gone a moment after its connections.
        #expect(TestProcess.eventually { TestProcess.hasEnded(it.server.processID) })
        // On a busy machine the system may still take a connection for it, and end that at once.
        #expect(
            TestProcess.eventually {
                let refused = RawClient(port: it.proxy.port)
                refused.send("PING\r\n")
                return refused.read().text == "" && it.proxy.counts.refused == 1
            })
        #expect(TestProcess.eventually { it.proxy.counts.openConnections == 0 })
        guard case .tcp(_, let port) = it.server.endpoint.transport else { return }
        let again = try Program(
            "/usr/bin/redis-server", ["--port", "\(port)", "--save", "", "--dir", it.folder.path],
            folder: it.folder.path, files: it.folder.path, environment: [:])
        #expect(TestProcess.eventually { (try? it.client().isUsable) == true })
        again.signal(SIGKILL)
    }
}
