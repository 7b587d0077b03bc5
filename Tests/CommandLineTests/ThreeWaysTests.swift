import Foundation
import TestSupport
import Testing

/// One shop, judged three ways: by requests of stress, by a program that asks it, and by its own log. All say the same.
@Suite struct ThreeWaysTests {
    private static let outcomes = """
              - { when: status == 200, then: won, remaining: json.left }
              - { when: status == 409, then: sold-out }
        """

    private static func file(_ buy: String) -> String {
        """
        strategy: shop
        open: [ { http: POST /admin/stock, body: { json: { units: "{units}" } } } ]
        buy:
        \(buy)
        stock: { http: GET /stock }
        """
    }

    private static let http = file(
        """
          - http: POST /buy
            body: { json: { user: "u{buyer}" } }
            outcomes:
        \(outcomes)
        """)

    private static let program = file(
        """
          - program: [ python3, driver.py ]
            each: worker
            concurrent: true
        """)

    private static func driver() -> String {
        let drivers = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../drivers")
        return """
            import http.client, json, os, sys, threading
            from urllib.parse import urlsplit
            sys.path.insert(0, "\(drivers.standardizedFileURL.path)")
            sys.dont_write_bytecode = True
            import stress_driver

            shop = urlsplit(os.environ["STRESS_SERVICE_URL"])
            own = threading.local()

            def buy(question):
                if not hasattr(own, "connection"):
                    own.connection = http.client.HTTPConnection(shop.hostname, shop.port)
                own.connection.request("POST", "/buy", json.dumps({"user": "u%d" % question["buyer"]}))
                answer = own.connection.getresponse()
                body = answer.read()
                if answer.status == 200:
                    return {"outcome": "won", "remaining": json.loads(body)["left"]}
                return "sold-out" if answer.status == 409 else "unknown"

            stress_driver.serve(buy, threads=8)
            """
    }

    @Test(arguments: [ShopService.Scheme.right, .readThenWrite]) func allSayTheSame(_ scheme: ShopService.Scheme) throws
    {
        let shop = ShopService(scheme)
        let sandbox = try Sandbox()
        try sandbox.folder.file("http.yaml", Self.http)
        try sandbox.folder.file("program.yaml", Self.program)
        try sandbox.folder.file("driver.py", Self.driver())
        let wanted: Int32 = scheme == .right ? 0 : 1
        let load = ["--service", shop.url, "--procs", "2", "--threads", "8", "--units", "60", "--buyers", "400"]

        let byProgram = try sandbox.stress(["run", "--strategy", "program.yaml"] + load)
        #expect(byProgram.exitCode == wanted, "\(byProgram.output) \(byProgram.errors)")
        let byHTTP = try sandbox.stress(["run", "--strategy", "http.yaml"] + load)
        #expect(byHTTP.exitCode == wanted, "\(byHTTP.output) \(byHTTP.errors)")
        // The shop's own log of the second sale.
        try sandbox.folder.file("log.csv", shop.log)
        let byLog = try sandbox.stress([
            "verify", "--history", "log.csv", "--map",
            "buyer=user, invoked=start_ns, returned=end_ns, outcome=status, remaining=left", "--outcomes",
            "200=won,409=sold-out", "--units", "60", "--remaining", "\(shop.units)",
        ])
        #expect(byLog.exitCode == wanted, "\(byLog.output) \(byLog.errors)")
        let words = [byProgram, byHTTP, byLog].map { $0.output.prefix { $0 != " " } }
        #expect(Set(words).count == 1, "\(words)")
    }
}
