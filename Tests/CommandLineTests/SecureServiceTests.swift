import Foundation
import TestSupport
import Testing

/// Services behind TLS, over HTTP/2 and HTTP/1.1: a shop in Node.js with a certificate of its own.
@Suite struct SecureServiceTests {
    /// Right, since Node.js runs one request after the other. Its log has the version of each request to buy.
    private static let shop = """
        const fs = require('fs')
        let units = 0
        const options = { key: fs.readFileSync('key'), cert: fs.readFileSync('cert') }
        const answer = (request, response) => {
          let body = ''
          request.on('data', (part) => { body += part })
          request.on('end', () => {
            const say = (status, value) => { response.writeHead(status); response.end(JSON.stringify(value)) }
            if (request.url === '/stock') return say(200, units)
            if (request.url === '/open') { units = JSON.parse(body).units; return say(200, {}) }
            if (request.url !== '/buy') return say(404, {})
            fs.appendFileSync('versions', request.httpVersion + '\\n')
            if (units === 0) return say(409, {})
            units -= 1
            say(200, { left: units })
          })
        }
        const server = process.argv[2] === '1'
          ? require('https').createServer(options, answer) : require('http2').createSecureServer(options, answer)
        server.listen(0, '127.0.0.1', () => console.log('PORT ' + server.address().port))
        """

    private static let file = """
        strategy: secure
        open: [ { http: POST /open, body: { json: { units: "{units}" } } } ]
        buy:
          - http: POST /buy
            body: { json: { user: "u{buyer}" } }
            outcomes:
              - { when: status == 200, then: won, remaining: json.left }
              - { when: status == 409, then: sold-out }
        stock: { http: GET /stock }
        """

    private static func started(_ version: String, in sandbox: Sandbox) throws -> (program: Program, url: String) {
        try sandbox.folder.file("shop.js", shop)
        try sandbox.folder.file("shop.yaml", file)
        let program = try Program(
            "/bin/sh",
            [
                "-c",
                """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out cert -days 2 \\
                    -subj /CN=shop -addext subjectAltName=IP:127.0.0.1 2> /dev/null && exec node shop.js \(version)
                """,
            ], folder: sandbox.path, files: sandbox.path, environment: ProcessInfo.processInfo.environment)
        _ = TestProcess.eventually(withinSeconds: 20) { program.output.contains("PORT ") }
        let port = try #require(program.output.split(whereSeparator: \.isWhitespace).last)
        return (program, "https://127.0.0.1:\(port)")
    }

    @Test(arguments: [("1", "1.1", "1"), ("2", "2.0", "1"), ("2", "2.0", "4")]) func sellsBehindTLS(
        _ version: String, _ spoken: String, _ clients: String
    ) throws {
        let sandbox = try Sandbox()
        let (program, url) = try Self.started(version, in: sandbox)
        defer { program.signalGroup(SIGKILL) }
        let finished = try sandbox.stress([
            "run", "--strategy", "shop.yaml", "--service", url, "--ca", "cert", "--procs", "2", "--threads", "4",
            "--clients", clients, "--units", "40", "--buyers", "300",
        ])
        #expect(finished.exitCode == 0, "\(finished.output) \(finished.errors)")
        #expect(Set(try sandbox.text(sandbox.path + "/versions").split(separator: "\n")) == [Substring(spoken)])
    }

    @Test func aCertificateOfNobodyIsRefused() throws {
        let sandbox = try Sandbox()
        let (program, url) = try Self.started("2", in: sandbox)
        defer { program.signalGroup(SIGKILL) }
        let finished = try sandbox.stress([
            "run", "--strategy", "shop.yaml", "--service", url, "--procs", "1", "--threads", "1",
        ])
        #expect(finished.exitCode == 69)
        #expect(finished.errors.contains("--ca FILE"), "\(finished.errors)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.path + "/versions"))
    }
}
