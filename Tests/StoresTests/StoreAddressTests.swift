import FlashSale
import HTTPTransport
import Host
import Stores
import TestSupport
import Testing

/// Where questions may go, which is looked at before anything is asked.
@Suite struct StoreAddressTests {
    @Test(arguments: [
        ("127.0.0.1", true), ("127.8.9.10", true), ("localhost", true), ("LOCALHOST", true), ("::1", true),
        ("::ffff:127.0.0.1", true), ("128.0.0.1", false), ("127.1", false), ("0.0.0.0", false), ("10.0.0.1", false),
        ("::", false), ("::2", false), ("::ffff:10.0.0.1", false), ("localhost.example.com", false),
        ("127.0.0.1.example.com", false), ("example.com", false), ("", false),
    ]) func onlyLoopbackIsThisMachine(_ host: String, _ isLocal: Bool) {
        #expect(RemoteRule.isLocal(host) == isLocal)
    }

    @Test(
        arguments: [
            ("http://127.0.0.1:8080/x", "127.0.0.1"), ("http://u:p@localhost", "localhost"),
            ("http://[::1]:80/", "::1"),
            ("http://127.0.0.1\\@example.com", nil), ("http://127.0.0.1@b@example.com/", nil), ("http://a b/", nil),
            ("http:///x", nil), ("127.0.0.1", nil), ("http://127.0.0.1:99999", nil),
            ("http://127.0.0.1#@example.com", "127.0.0.1"),
            ("http://localhost%2eexample.com", nil), ("http://[::1].example.com", nil),
            ("http://x@127.0.0.1:80@y/", nil),
        ] as [(String, String?)]) func aHostIsReadAsEveryProgramReadsIt(_ url: String, _ host: String?)
    {
        #expect(RemoteRule.host(of: url) == host)
    }

    @Test(arguments: [
        ("postgres://shop:s3cret@db/x", "postgres://shop@db/x"), ("http://h/p?token=abc&n=1", "http://h/p?token=…&n=1"),
        ("postgres://u:pa/ss@db/x?password=s", "postgres://u…@db/x?password=…"), ("redis://:s3cret@h:1", "redis://h:1"),
    ]) func aPasswordIsNeverShown(_ url: String, _ shown: String) { #expect(RemoteRule.redacted(url) == shown) }

    static let remote = [
        Asking.redis("GET x", at: "redis://u:s3cret@db.example.com"), Asking.http("GET /", at: "http://10.1.2.3:80"),
        Asking.sql("SELECT 1", at: "postgres://u:s3cret@db.example.com/shop"),
        Asking.sql("SELECT 1", at: "postgres://127.0.0.1,db.example.com/shop"),
        Asking.sql("SELECT 1", at: "postgres:///shop?host=db.example.com"),
        Asking.sql("SELECT 1", at: "postgres://localhost/shop?hostaddr=10.0.0.1"),
        Asking.sql("SELECT 1", at: "postgres:///shop?ho%73t=db.example.com"),
        Asking.sql("SELECT 1", at: "mysql://u:s3cret@db.example.com/shop"),
    ]

    @Test(arguments: remote) func anotherMachineIsNotAskedUnlessItIsAllowed(_ question: StoreQuestion) throws {
        for error in [Asking.stores().failure(question), Asking.stores().refusal(question)] {
            let error = try #require(error)
            #expect(error.status == .usage)
            #expect(error.message.hasPrefix("shop.yaml:12: "))
            #expect(error.message.contains("whose server is it?"))
            #expect(!error.message.contains("s3cret"))
        }
    }

    @Test func theEnvironmentLeadsNowhereElse() throws {
        let question = Asking.sql("SELECT 1", at: "postgres:///shop")
        let stores = Asking.stores(environment: ["PGHOST": "db.example.com"])
        #expect(stores.failure(question)?.message.contains("whose server is it?") == true)
        #expect(Asking.stores(environment: ["PGHOST": "/run/postgresql"]).refusal(question)?.status != .usage)
    }

    /// The same where it is allowed: then only its address is wanted, which none of these names has.
    @Test func aNameWithoutAnAddressIsSaidBeforeTheDoors() throws {
        let question = Asking.redis("GET x", at: "redis://u:s3cret@no-such-host.invalid")
        let error = try #require(Asking.stores(allowsRemote: true).refusal(question))
        #expect(error.status == .unavailable)
        #expect(
            error.message.contains(
                "the host no-such-host.invalid of redis://u@no-such-host.invalid:6379 has no address"))
    }

    @Test(arguments: [
        (Asking.redis("GET x", at: "http://127.0.0.1"), "redis: asks what is at a URL such as redis://"),
        (Asking.sql("SELECT 1", at: "redis://127.0.0.1"), "sql: asks what is at a URL such as postgres://"),
        (Asking.http("GET /", at: "postgres://127.0.0.1/x"), "http: asks what is at a URL such as http://"),
        (Asking.http("GET /", at: "http://127.0.0.1/?a=b"), "it belongs behind http:"),
        (Asking.sql("SELECT 1", at: nil), "sql: needs at:"), (Asking.redis("GET x"), "redis: needs at:"),
        (Asking.http("GET /"), "http: needs at:"),
        (Asking.redis("GET x", at: "$NO_SUCH_NAME"), "export NO_SUCH_NAME=URL"),
        (Asking.redis("GET x", at: "127.0.0.1:6379"), "found 127.0.0.1:6379"),
        (StoreQuestion(.run(["true"]), at: "http://127.0.0.1", place: "shop.yaml:12"), "takes no at:"),
        (Asking.sql("SELECT 1", at: "postgres://127.0.0.1/x?service=prod"), "leaves its server to the service"),
        (Asking.sql("SELECT 1", at: "mysql://127.0.0.1/x?tls=true"), "has the parameter tls"),
        (Asking.sql("SELECT 1", at: "mysql://127.0.0.1,localhost/x"), "has several hosts"),
        (Asking.sql("SELECT 1", at: "sqlite://shop.db"), "wanted sqlite:///absolute"),
    ]) func aURLThatDoesNotFitIsTheFilesMistake(_ question: StoreQuestion, _ words: String) throws {
        let error = try #require(Asking.stores().refusal(question))
        #expect(error.status == .usage)
        #expect(error.message.hasPrefix("shop.yaml:12: "))
        #expect(error.message.contains(words), "\(error.message)")
    }

    @Test func theEnvironmentMayHoldTheURL() throws {
        let service = ScriptedService { peer, _ in while peer.request() != nil { peer.answer(200, "5") } }
        let stores = Asking.stores(environment: ["SHOP": "http://127.0.0.1:\(service.port)/admin"])
        #expect(try stores.ask(Asking.http("GET /stock", at: "$SHOP")).number == 5)
        #expect(service.requests.first?.hasPrefix("GET /admin/stock ") == true)
    }
}
