import Foundation

/// Makes certificates as `openssl` does, in a folder of its own that goes away with it.
package final class TestAuthority: Sendable {
    /// Paths of a certificate and of its key, both PEM.
    package struct Pair: Sendable {
        package var certificate: String
        package var key: String
    }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// Names of this machine's loopback.
    package static let here = ["IP:127.0.0.1", "IP:::1", "DNS:localhost"]

    package let folder: TestFolder
    private let own: Pair

    /// The certificate that clients trust.
    package var certificate: String { own.certificate }

    package init() throws {
        folder = try TestFolder("authority")
        own = Pair(certificate: "\(folder.path)/authority.crt", key: "\(folder.path)/authority.key")
        try folder.file(
            "ca.conf",
            """
            [all]
            new_certs_dir = .
            database = index
            serial = serial
            default_md = sha256
            policy = any
            unique_subject = no
            [any]
            commonName = supplied
            """)
        try folder.file("index", "")
        try folder.file("serial", "01\n")
        try run("\(Self.request("authority")) -x509 -keyout authority.key -out authority.crt -days 2")
    }

    private static func request(_ subject: String) -> String {
        "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=\(subject)'"
    }

    /// A certificate that this authority vouches for.
    ///
    /// - Parameters:
    ///   - names: of the server, as `IP:…` and `DNS:…`; empty for none but the subject's.
    ///   - from: the first second in which it is valid, as `20200101000000Z`; nil for an hour ago.
    ///   - until: the last one; nil for tomorrow.
    package func issue(
        _ subject: String = "server", for names: [String] = here, from: String? = nil, until: String? = nil
    ) throws -> Pair {
        let pair = Pair(
            certificate: "\(folder.path)/\(UUID().uuidString).crt", key: "\(folder.path)/\(UUID().uuidString).key")
        let extensions = names.isEmpty ? "" : "subjectAltName = \(names.joined(separator: ","))\n"
        try folder.file("extensions", "basicConstraints = CA:FALSE\n" + extensions)
        try run(
            """
            \(Self.request(subject)) -keyout \(pair.key) -out request && openssl ca -config ca.conf -name all -batch -notext \
                -cert authority.crt -keyfile authority.key -in request -out \(pair.certificate) -extfile extensions \
                -startdate \(from ?? "$(date -u -d '1 hour ago' +%Y%m%d%H%M%SZ)") \
                -enddate \(until ?? "$(date -u -d tomorrow +%Y%m%d%H%M%SZ)")
            """)
        return pair
    }

    /// A certificate that vouches for itself.
    package func selfSigned(for names: [String] = here) throws -> Pair {
        let pair = Pair(
            certificate: "\(folder.path)/\(UUID().uuidString).crt", key: "\(folder.path)/\(UUID().uuidString).key")
        try run(
            "\(Self.request("alone")) -x509 -days 2 -keyout \(pair.key) -out \(pair.certificate) -addext subjectAltName=\(names.joined(separator: ","))"
        )
        return pair
    }

    /// The same key behind a passphrase.
    package func locked(_ key: String) throws -> String {
        let path = "\(folder.path)/\(UUID().uuidString).key"
        try run("openssl pkey -in \(key) -aes256 -passout pass:secret -out \(path)")
        return path
    }

    private func run(_ script: String) throws {
        let program = try Program(
            "/bin/sh", ["-c", script], folder: folder.path, files: folder.path,
            environment: ProcessInfo.processInfo.environment)
        guard program.wait()?.exitCode == 0 else { throw Failure(description: "\(script)\n\(program.errors)") }
    }
}
