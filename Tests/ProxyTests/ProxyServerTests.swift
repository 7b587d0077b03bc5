import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import Proxy
import RedisDriver
import Strategies
import TestSupport
import Testing

struct ProxyServerTests {
    // MARK: The record

    @Test func recordsEachCommand() throws {
        let it = try ProxiedServer()
        let client = RawClient(port: it.proxy.port)
        client.send("set k \"a,b\"\r\nMSET a 1 b 2\r\nGET k\r\nEVAL \"x y\" 2 p q v\r\n")
        client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\n\(String(repeating: "é,\"", count: 25))\r\n")
        client.send("*3\r\n$4\r\nEVAL\r\n$10\r\nreturn {1}\r\n$1\r\n0\r\nPING\r\n")
        #expect(client.read(until: "+PONG\r\n").code == nil)
        let rows = try it.rows()
        #expect(rows.allSatisfy { $0.count == 9 })
        #expect(rows.first.map { $0[4] } == "connected")
        #expect(rows.last.map { $0[4] } == "closed")
        let commands = rows.filter { $0[0] != "" }
        #expect(commands.map { $0[0] } == (1...commands.count).map(String.init))
        #expect(commands.map { $0[4] } == ["SET", "MSET", "GET", "EVAL", "SET", "EVAL", "PING"])
        #expect(commands[1][5] == "a" || commands[1][5] == "a b")
        #expect(commands[3][5] == "")
        #expect(commands[0][6] == "k \\x22a\\x2cb\\x22" && commands[0][7] == "OK")
        #expect(commands[2][7] == "(string) a\\x2cb")
        #expect(commands[4][6].hasSuffix("…") && commands[4][6].utf8.count < 300)
        #expect(commands[5][7] == "(array) 1")
        for row in commands { #expect(Int(row[2])! > 0 && Int(row[3])! >= Int(row[2])!) }
    }

    @Test("nothing that may be a password is written down")
    func keepsSecrets() throws {
        let it = try ProxiedServer()
        let client = RawClient(port: it.proxy.port)
        client.send("AUTH hunter2\r\nAUTH default hunter2\r\nHELLO 3 AUTH default hunter2\r\nAUHT hunter2\r\n")
        client.send("CONFIG SET requirepass hunter2\r\nAUTH hunter2\r\nACL SETUSER u >hunter2\r\nPING\r\n")
        _ = client.read(until: "PONG\r\n")
        #expect(try it.rows().count { $0[0] != "" } == 8)
        let text = try String(contentsOfFile: it.recordPath, encoding: .utf8)
        #expect(!text.contains("hunter2") && text.contains("(hidden)"))
    }

    @Test("a full disk is told, and commands go on")
    func fullDisk() throws {
        let it = try ProxiedServer()
        let proxy = try ProxyServer.start(to: it.server.endpoint, record: "/dev/full")
        defer { proxy.stop() }
        let client = RawClient(port: proxy.port)
        for number in 1...2 {
            client.send("INCR n\r\n")
            #expect(client.read(until: "\r\n").text == ":\(number)\r\n")
            #expect(TestProcess.eventually { proxy.recordProblem?.status == .cannotWrite })
        }
    }

    @Test func refusesRecordThatCannotBe() throws {
        let it = try ProxiedServer()
        let error = #expect(throws: RunError.self) {
            try ProxyServer.start(to: it.server.endpoint, record: "/nowhere/commands.csv")
        }
        #expect(error?.status == .cannotCreate)
    }

    @Test func refusesServerThatIsNotThere() {
        let gone = RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: 1))
        let error = #expect(throws: RunError.self) { try ProxyServer.start(to: gone) }
        #expect(error?.status == .unavailable)
    }

    // MARK: Signing in

    @Test("the proxy signs in, so that clients need no password, and say what they like")
    func answersAuthentication() throws {
        let it = try ProxiedServer(isProtected: true, answersAuth: true)
        var client = try it.client()
        #expect(try client.call(["INCR", "n"]).integer() == 1)
        let raw = RawClient(port: it.proxy.port)
        raw.send("INCR n\r\nAUTH nonsense\r\nINCR n\r\n")
        #expect(raw.read(until: ":3\r\n").text == ":2\r\n+OK\r\n:3\r\n")
        raw.send("HELLO 3 AUTH default nonsense SETNAME me\r\nCLIENT GETNAME\r\n")
        #expect(raw.read(until: "$2\r\nme\r\n").text.hasPrefix("%7\r\n"))
        raw.send("*5\r\n$5\r\nHELLO\r\n$1\r\n2\r\n$4\r\nAUTH\r\n$1\r\na\r\n$1\r\nb\r\nINCR n\r\n")
        #expect(raw.read(until: ":4\r\n").text.hasPrefix("*14\r\n"))
        it.proxy.set(ProxyFaults([ProxyFaults.Fault(.repeatRequests)]))
        #expect(try client.call(["INCR", "n"]).integer() == 6)
    }

    @Test("without it, signing in is the client's affair")
    func passesAuthentication() throws {
        let it = try ProxiedServer(isProtected: true)
        let raw = RawClient(port: it.proxy.port)
        raw.send("PING\r\n")
        #expect(raw.read(until: "\r\n").text.hasPrefix("-NOAUTH"))
        raw.send("AUTH \(it.server.endpoint.password ?? "")\r\nPING\r\n")
        #expect(raw.read(until: "PONG\r\n").text == "+OK\r\n+PONG\r\n")
        // The second connection is signed in as this one is.
        it.proxy.set(ProxyFaults([ProxyFaults.Fault(.repeatRequests)]))
        raw.send("INCR n\r\n")
        #expect(raw.read(until: "\r\n").text == ":2\r\n")
    }

    // MARK: Holding

    @Test("a command waits until it is released, in any order, or is struck by hand")
    func holds() throws {
        let it = try ProxiedServer(holds: true)
        let clients = (0..<3).map { _ in RawClient(port: it.proxy.port) }
        for (index, client) in clients.enumerated() {
            client.send("PING\r\nAPPEND k \(index)\r\nGET k\r\n")
            #expect(client.read(until: "\r\n").text == "+PONG\r\n")
            #expect(TestProcess.eventually { it.proxy.held.count == index + 1 })
        }
        let held = it.proxy.held
        #expect(
            held.map { $0.arguments.map { String(decoding: $0, as: UTF8.self) } }
                == (0..<3).map { ["APPEND", "k", "\($0)"] })
        #expect(held.allSatisfy { $0.mayWrite })
        #expect(try it.asked(["EXISTS", "k"]) == "(integer) 0")
        it.proxy.release(held[1].number)
        #expect(clients[1].read(until: "\r\n").text == ":1\r\n")
        it.proxy.release(held[0].number, striking: .loseReplies)
        #expect(clients[0].read().code == ECONNRESET)
        it.proxy.release(held[2].number, striking: .cutRequests)
        #expect(clients[2].read().code == ECONNRESET)
        #expect(try it.asked(["GET", "k"]) == "\"10\"")
        #expect(TestProcess.eventually { it.proxy.held.map(\.arguments.count) == [2] })
        let last = try #require(it.proxy.held.first)
        #expect(!last.mayWrite)
        it.proxy.release(last.number)
        #expect(clients[1].read(until: "10\r\n").text == "$2\r\n10\r\n")
    }

    // MARK: Programs

    @Test("redis-benchmark ends without an error")
    func benchmark() throws {
        let it = try ProxiedServer()
        let program = try Program(
            "/usr/bin/redis-benchmark",
            ["-p", "\(it.proxy.port)", "-c", "30", "-n", "3000", "-q", "-P", "4", "-t", "set,get,incr,lpush,mset"],
            folder: it.folder.path, files: it.folder.path, environment: [:])
        #expect(program.wait()?.exitCode == 0)
        #expect(!(program.output + program.errors).lowercased().contains("error"))
        #expect(it.proxy.counts.answers == it.proxy.counts.commands && it.proxy.counts.answers >= 15_000)
    }

    @Test func faultsAreReadFromText() throws {
        #expect(try ProxyFaults.Fault("lose-replies:5%") == ProxyFaults.Fault(.loseReplies, share: 0.05))
        #expect(try ProxyFaults.Fault("cut-requests:#3") == ProxyFaults.Fault(.cutRequests, .write(3)))
        #expect(
            try ProxyFaults.Fault("slow-replies+20ms:0.5")
                == ProxyFaults.Fault(.slowReplies, share: 0.5, delayNanoseconds: 20_000_000))
        for wrong in [
            "lose", "lose-replies:0", "lose-replies:101%", "cut-requests:#0", "cut-requests+5ms", "slow-replies+5",
            "kill-connections", "kill-connections:5%", "lose-replies:",
        ] {
            let error = #expect(throws: RunError.self, "\(wrong)") { try ProxyFaults.Fault(wrong) }
            #expect(error?.status == .usage)
        }
    }
}
