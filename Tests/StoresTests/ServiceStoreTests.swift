import FlashSale
import HTTPTransport
import Stores
import Strategies
import TestSupport
import Testing

@Suite struct ServiceStoreTests {
    private func service(_ status: Int, _ body: String) -> ScriptedService {
        ScriptedService { peer, _ in while peer.request() != nil { peer.answer(status, body) } }
    }

    private func table(_ body: String, _ path: [JSONStep] = []) throws -> StoreTable {
        let service = service(200, body)
        let stores = Asking.stores(service: ServiceEndpoint(base: "http://127.0.0.1:\(service.port)"))
        return try stores.ask(Asking.http("GET /admin/orders", path))
    }

    private func failure(_ status: Int, _ body: String, _ path: [JSONStep] = []) -> RunError? {
        let service = service(status, body)
        let stores = Asking.stores(service: ServiceEndpoint(base: "http://127.0.0.1:\(service.port)"))
        return stores.failure(Asking.http("GET /admin/orders", path))
    }

    @Test func objectsAreRows() throws {
        let table = try table(
            #"{"data":{"orders":[{"id":17,"user":"u\u00e9","at":null},{"user":"x,\"y\"","id":18,"more":{"a":[1, 2]}}]}}"#,
            [.field("data"), .field("orders")])
        #expect(table.columns == ["id", "user", "at", "more"])
        #expect(table.rows == [["17", "ué", nil, nil], ["18", #"x,"y""#, nil, #"{"a":[1, 2]}"#]])
    }

    @Test func arraysAndValuesAreRows() throws {
        #expect(try table("[[1,\"a\"],[2],[]]").rows == [["1", "a"], ["2", nil], [nil, nil]])
        #expect(try table(" [ 3 , \"b\" , true , null ] ").rows == [["3"], ["b"], ["true"], [nil]])
        #expect(try table("[]").rowCount == 0)
        #expect(try table(#"[{"a":1}]"#).columns == ["a"])
    }

    @Test(
        arguments: [
            ("17", [], 17), ("17.0", [], 17), ("17.5", [], nil), ("null", [], nil), (#""17""#, [], 17),
            (#"{"left":17}"#, [], 17), (#"{"left":17,"sold":3}"#, [], nil),
            (#"{"left":17,"sold":3}"#, [.field("sold")], 3), ("[4,5]", [.element(1)], 5),
        ] as [(String, [JSONStep], Int?)])
    func oneValueIsANumber(_ body: String, _ path: [JSONStep], _ number: Int?) throws {
        #expect(try table(body, path).number == number)
    }

    @Test(arguments: [
        ("<html>sorry</html>", "is no JSON from byte 0 on: <html>"), ("", "answered by nothing"),
        (#"[{"id":1},{"id":2}"#, "no JSON from byte 18 on"), (#"[{"id":1}] x"#, "no JSON from byte 11 on"),
        ("[01]", "no JSON from byte 2 on"), (#"["\x"]"#, "no JSON"), ("[1,]", "no JSON from byte 3 on"),
    ]) func whatIsNoJSONIsRefused(_ body: String, _ words: String) throws {
        let error = try #require(failure(200, body))
        #expect(error.status == .unavailable)
        #expect(error.message.hasPrefix("shop.yaml:12: GET /admin/orders was answered by"))
        #expect(error.message.contains(words))
    }

    @Test func whatIsNotThereIsTheFilesMistake() throws {
        let error = try #require(failure(200, #"{"items":[]}"#, [.field("orders"), .element(0)]))
        #expect(error.status == .usage)
        #expect(error.message.contains(#"the answer has no json.orders[0]: {"items":[]}"#))
        #expect(failure(200, #"[{"id":1},2]"#)?.message.contains("not of one kind") == true)
    }

    @Test(arguments: [404, 500, 302]) func aStatusThatRefusesIsAnError(_ status: Int) throws {
        let error = try #require(failure(status, "[]"))
        #expect(error.status == .unavailable)
        #expect(error.message.contains("was answered by status \(status): []; wanted 200 to 299"))
    }

    /// What opens a sale often answers with nothing, or with "ok".
    @Test(arguments: [(204, ""), (200, "ok")]) func whatIsToldNeedNotAnswer(_ status: Int, _ body: String) throws {
        let service = service(status, body)
        let stores = Asking.stores()
        try stores.tell(Asking.http("POST /admin/stock", at: "http://127.0.0.1:\(service.port)"))
        #expect(service.requests.first?.hasPrefix("POST /admin/stock HTTP/1.1\r\n") == true)
        // The connection is kept.
        try stores.tell(Asking.http("POST /admin/stock", at: "http://127.0.0.1:\(service.port)"))
        #expect(service.connections == 1)
    }

    @Test func anAnswerMayBeLargerThanABuyers() throws {
        let orders = (0..<60_000).map { #"{"order":\#($0),"user":"user-\#($0)"}"# }
        let table = try table("[\(orders.joined(separator: ","))]")
        #expect(table.rowCount == 60_000)
        #expect(table.rows.last == ["59999", "user-59999"])
    }

    @Test func aSilentServiceEndsInTime() throws {
        let service = ScriptedService { peer, _ in while peer.request() != nil {} }
        let stores = Asking.stores(timeoutMilliseconds: 300)
        let error = try #require(
            stores.failure(Asking.http("GET /", at: "http://127.0.0.1:\(service.port)")))
        #expect(error.status == .unavailable)
        #expect(error.message.contains("in time") || error.message.contains("timed out"))
    }

    @Test func aServiceThatIsNotThereIsNamed() throws {
        let error = try #require(Asking.stores().failure(Asking.http("GET /orders", at: "http://127.0.0.1:1")))
        #expect(error.status == .unavailable)
        #expect(error.message.hasPrefix("shop.yaml:12: GET http://127.0.0.1:1/orders: "))
    }

    @Test func whoeverSpeaksNoTLSIsTold() throws {
        let service = ScriptedService { peer, _ in peer.answer(400) }
        let error = try #require(
            Asking.stores().failure(Asking.http("GET /stock", at: "https://127.0.0.1:\(service.port)")))
        #expect(error.status == .unavailable)
        #expect(error.message.hasPrefix("shop.yaml:12: GET https://127.0.0.1:\(service.port)/stock: "))
    }

    /// A certificate that nobody vouches for is refused, unless it is the one that the run trusts.
    @Test func aCertificateHasToBeTrusted() throws {
        let folder = try TestFolder("stores")
        try folder.file("stock", "5\n")
        let server = try Program(
            "/bin/sh",
            [
                "-c",
                """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out cert -days 2 \\
                    -subj /CN=shop -addext subjectAltName=IP:127.0.0.1 && exec openssl s_server -accept 127.0.0.1:0 -cert cert -key key -WWW
                """,
            ], folder: folder.path, files: folder.path, environment: ["PATH": "/usr/bin:/bin"], input: .pipe)
        #expect(TestProcess.eventually { server.output.contains("ACCEPT 127.0.0.1:") })
        let line = try #require(server.output.split(separator: "\n").first { $0.hasPrefix("ACCEPT") })
        let base = "https://127.0.0.1:\(line.split(separator: ":")[1])"
        let error = try #require(Asking.stores().failure(Asking.http("GET /stock", at: base)))
        #expect(error.status == .unavailable)
        #expect(error.message.contains("certificate"))
        let trusting = ServiceEndpoint(base: base, certificates: "\(folder.path)/cert")
        #expect(try Asking.stores(service: trusting).ask(Asking.http("GET /stock")).number == 5)
    }
}
