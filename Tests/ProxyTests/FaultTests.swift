import CLinux
import EmbeddedRedis
import FlashSale
import Glibc
import Proxy
import RedisDriver
import Strategies
import TestSupport
import Testing

/// Each fault, with its effect on the server.
struct FaultTests {
    @Test("a lost reply: the server ran the command, the client sees a reset, and only what may write is struck")
    func losesReplies() throws {
        let it = try ProxiedServer([ProxyFaults.Fault(.loseReplies, .write(2))])
        let client = RawClient(port: it.proxy.port)
        client.send("GET n\r\nINCR n\r\n")
        #expect(client.read(until: ":1\r\n").code == nil)
        client.send("INCR n\r\n")
        let (text, code) = client.read()
        #expect(text == "" && code == ECONNRESET)
        #expect(try it.asked(["GET", "n"]) == "\"2\"")
        #expect(it.proxy.counts.struck == [.loseReplies: 1])
        // Once is once.
        var next = try it.client()
        #expect(try next.call(["INCR", "n"]).integer() == 3)
        let row = try #require(try it.rows().first { $0[8] == "lose-replies" && $0[4] == "INCR" })
        #expect(row[7] == "(integer) 2" && Int(row[3])! > Int(row[2])!)
    }

    @Test("a reply that says that nothing was done is not lost, and the next one is")
    func losesNoErrors() throws {
        let it = try ProxiedServer([ProxyFaults.Fault(.loseReplies, .write(1))])
        var client = try it.client()
        #expect(try client.call(["EVALSHA", String(repeating: "0", count: 40), "0"]).string().hasPrefix("NOSCRIPT"))
        #expect(it.proxy.counts.struck == [:])
        #expect(throws: ConnectionError.self) { try client.call(["INCR", "n"]) }
        #expect(it.proxy.counts.struck == [.loseReplies: 1])
        #expect(try it.asked(["GET", "n"]) == "\"1\"")
    }

    @Test("what is queued is no write, and EXEC is; a conflict is no loss")
    func losesTransactions() throws {
        let it = try ProxiedServer([ProxyFaults.Fault(.loseReplies)])
        var client = try it.client()
        _ = try client.call(["WATCH", "n"])
        _ = try it.asked(["SET", "n", "5"])
        _ = try client.call(["MULTI"])
        #expect(try client.call(["INCR", "n"]).string() == "QUEUED")
        #expect(try client.call(["EXEC"]).kind == .null)
        _ = try client.call(["MULTI"])
        #expect(try client.call(["GET", "n"]).string() == "QUEUED")
        #expect(try client.call(["EXEC"]).elementCount() == 1)
        _ = try client.call(["MULTI"])
        #expect(try client.call(["INCR", "n"]).string() == "QUEUED")
        #expect(throws: ConnectionError.self) { try client.call(["EXEC"]) }
        #expect(try it.asked(["GET", "n"]) == "\"6\"")
        #expect(it.proxy.counts.struck == [.loseReplies: 1])
    }

    @Test("a large reply is lost as well")
    func losesLargeReplies() throws {
        let it = try ProxiedServer([ProxyFaults.Fault(.loseReplies)])
        _ = try it.asked(["SET", "big", String(repeating: "x", count: 3_000_000)])
        let client = RawClient(port: it.proxy.port)
        client.send("GETDEL big\r\n")
        let (text, code) = client.read()
        #expect(text == "" && code == ECONNRESET)
        #expect(try it.asked(["EXISTS", "big"]) == "(integer) 0")
    }

    @Test("a request that is cut never runs, and what was before it is answered")
    func cutsRequests() throws {
        let it = try ProxiedServer([ProxyFaults.Fault(.cutRequests, .write(3))])
        let client = RawClient(port: it.proxy.port)
        client.send("INCR n\r\nINCR n\r\nINCR n\r\nINCR n\r\n")
        let (text, code) = client.read()
        #expect(text == ":1\r\n:2\r\n" && code == ECONNRESET)
        let large = String(repeating: "x", count: 400_000)
        it.proxy.set(ProxyFaults([ProxyFaults.Fault(.cutRequests)]))
        var other = try it.client()
        #expect(throws: ConnectionError.self) { try other.call(["SET", "big", large]) }
        #expect(TestProcess.eventually { it.proxy.counts.openConnections == 0 })
        #expect(try it.asked(["GET", "n"]) == "\"2\"")
        #expect(try it.asked(["EXISTS", "big"]) == "(integer) 0")
        #expect(it.proxy.counts.struck == [.cutRequests: 2])
        let rows = try it.rows().filter { $0[8] == "cut-requests" && $0[0] != "" }
        #expect(rows.map { $0[4] } == ["INCR", "SET"] && rows.allSatisfy { $0[3] == "" })
    }

    @Test("a slow reply comes later by its length, and another connection does not wait")
    func slowsReplies() throws {
        let it = try ProxiedServer([ProxyFaults.Fault(.slowReplies, .write(1), delayNanoseconds: 150_000_000)])
        let slow = RawClient(port: it.proxy.port)
        let start = Clock.nanoseconds()
        slow.send("INCR n\r\nPING\r\n")
        #expect(TestProcess.eventually { (try? it.asked(["GET", "n"])) == "\"1\"" })
        var other = try it.client()
        #expect(try other.call(["GET", "n"]).string() == "1")
        #expect(slow.read(until: "+PONG\r\n").text == ":1\r\n+PONG\r\n")
        #expect(Clock.nanoseconds() - start >= 150_000_000)
        #expect(it.proxy.counts.struck == [.slowReplies: 1])
        let rows = try it.rows()
        let row = try #require(rows.first { $0[8] == "slow-replies" })
        #expect(Int(row[3])! - Int(row[2])! >= 150_000_000)
    }

    @Test("a repeated request runs twice, in the client's database, and the client gets the second reply")
    func repeatsRequests() throws {
        let it = try ProxiedServer([ProxyFaults.Fault(.repeatRequests, .write(1))])
        var client = try it.client()
        _ = try client.call(["SELECT", "2"])
        #expect(try client.call(["EVALSHA", String(repeating: "0", count: 40), "0"]).string().hasPrefix("NOSCRIPT"))
        #expect(try client.call(["INCR", "n"]).integer() == 2)
        #expect(try client.call(["INCR", "n"]).integer() == 3)
        #expect(it.proxy.counts.struck == [.repeatRequests: 1])
        let rows = try it.rows().filter { $0[8] == "repeat-requests" && $0[4] == "INCR" }
        #expect(rows.map { $0[7] } == ["(integer) 1", "(integer) 2"])
    }

    @Test("a transaction is repeated whole; one that watches is not")
    func repeatsTransactions() throws {
        let it = try ProxiedServer([ProxyFaults.Fault(.repeatRequests)])
        let client = RawClient(port: it.proxy.port)
        client.send("MULTI\r\nINCR n\r\nINCR n\r\nEXEC\r\n")
        #expect(client.read(until: ":4\r\n").text == "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:3\r\n:4\r\n")
        client.send("WATCH n\r\nMULTI\r\nINCR n\r\nEXEC\r\n")
        #expect(client.read(until: ":5\r\n").code == nil)
        #expect(it.proxy.counts.struck == [.repeatRequests: 1])
    }

    @Test("connections are killed: all, or a share of them")
    func killsConnections() throws {
        let it = try ProxiedServer()
        let clients = (0..<40).map { _ in RawClient(port: it.proxy.port) }
        for client in clients {
            client.send("PING\r\n")
            _ = client.read(until: "\r\n")
        }
        it.proxy.set(ProxyFaults([ProxyFaults.Fault(.killConnections, share: 0.5)], seed: 3))
        #expect(TestProcess.eventually { it.proxy.counts.struck[.killConnections] ?? 0 > 0 })
        // Who comes now is served when all that are meant are gone.
        var late = try it.client()
        #expect(try late.call(["PING"]).string() == "PONG")
        late.close()
        let killed = it.proxy.counts.struck[.killConnections] ?? 0
        #expect(killed > 5 && killed < 35)
        #expect(TestProcess.eventually { it.proxy.counts.openConnections == 40 - killed })
        it.proxy.set(ProxyFaults([ProxyFaults.Fault(.killConnections)]))
        #expect(TestProcess.eventually { it.proxy.counts.openConnections == 0 })
        for client in clients { #expect(client.read().code == ECONNRESET) }
        #expect(it.proxy.counts.struck == [.killConnections: 40])
        #expect(TestProcess.eventually { (try? it.asked(["CLIENT", "LIST"]).split(separator: "id=").count) == 2 })
    }

    @Test("faults can be ended, and begin again")
    func switches() throws {
        let it = try ProxiedServer([ProxyFaults.Fault(.loseReplies)])
        it.proxy.set(nil)
        var client = try it.client()
        for number in 1...20 { #expect(try client.call(["INCR", "n"]).integer() == number) }
        it.proxy.set(ProxyFaults([ProxyFaults.Fault(.loseReplies, .between(from: 0, to: Clock.nanoseconds()))]))
        #expect(try client.call(["INCR", "n"]).integer() == 21)
        it.proxy.set(ProxyFaults([ProxyFaults.Fault(.loseReplies)]))
        #expect(throws: ConnectionError.self) { try client.call(["INCR", "n"]) }
    }

    @Test("a share of the commands is struck, the same ones for a seed")
    func shares() throws {
        var lost: [[Int]] = []
        for _ in 0..<2 {
            let it = try ProxiedServer([ProxyFaults.Fault(.loseReplies, share: 0.2)])
            var struck: [Int] = []
            for number in 1...100 {
                var client = try it.client()
                if (try? client.call(["INCR", "n"])) == nil { struck.append(number) }
            }
            #expect(try it.asked(["GET", "n"]) == "\"100\"")
            #expect(it.proxy.counts.struck[.loseReplies] == struck.count)
            lost.append(struck)
        }
        #expect(lost[0] == lost[1] && lost[0].count > 5 && lost[0].count < 40)
    }
}
