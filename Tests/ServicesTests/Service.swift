import FlashSale
import Foundation
import HTTPTransport
import RedisDriver
import Services
import Strategies
import TestSupport
import Testing

/// A service of a test's own: a program in a folder that goes away with it.
struct Service {
    let folder: TestFolder
    var settings: ServiceSettings

    /// Listens at the port that it is told and answers every request: `/health` with 200 and its process id.
    static let server = """
        import http.server, os, signal, subprocess, sys, threading, time
        class Handler(http.server.BaseHTTPRequestHandler):
            status = 200
            def do_GET(self):
                body = str(os.getpid()).encode()
                self.send_response(Handler.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *words): pass
        def serve(port):
            http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()

        """

    /// - Parameters:
    ///   - program: Python, which finds ``server`` before it and `{port}` as its first argument.
    ///   - more: further keys of `service:`.
    init(_ program: String = "serve(sys.argv[1])", _ more: String = "ready: GET /health") throws {
        folder = try TestFolder("service")
        try folder.file("shop.py", Self.server + program)
        let strategy = try StrategyFile.parse(
            """
            strategy: shop
            service:
              start: [ python3, -u, -B, shop.py, "{port}" ]
              \(more)
            buy: [ { http: POST /buy, outcomes: [ { when: status == 200, then: won } ] } ]
            stock: { http: GET /stock }
            """, file: folder.path + "/shop.yaml")
        settings = ServiceSettings(
            start: try #require(strategy.serviceStart), file: strategy.file, logPath: folder.path + "/service.log",
            dataFolder: folder.path + "/data", redis: nil, executable: StressBinary.path,
            environment: ProcessInfo.processInfo.environment)
    }

    func start() throws(RunError) -> ServiceProcess { try ServiceProcess.start(settings) }

    /// Why it cannot be started.
    func refusal() -> RunError? {
        do throws(RunError) {
            try start().stop()
            return nil
        } catch {
            return error
        }
    }

    /// What `/health` says.
    static func answer(_ service: ServiceProcess) throws -> String {
        let client = try HTTPClient(to: ServiceEndpoint(base: service.url), timeoutMilliseconds: 10_000)
        var reply = Reply()
        try Array("GET /health\r\n\r\n".utf8).withUnsafeBytes { try client.ask($0, into: &reply) }
        return try #require(reply.element(2).map { reply.string(at: $0) })
    }

    /// The processes that were started in the folder.
    var processes: [Int32] { TestProcess.using(folder.path) }

    func expectNothingLeft(withinSeconds seconds: Double = 0, sourceLocation: SourceLocation = #_sourceLocation) {
        let isClean = TestProcess.eventually(withinSeconds: seconds) { processes.isEmpty }
        #expect(isClean, "\(processes.map(TestProcess.arguments(of:)))", sourceLocation: sourceLocation)
    }
}
