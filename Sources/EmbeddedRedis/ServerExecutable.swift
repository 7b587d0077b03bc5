internal import Glibc

/// Finds the server's program.
enum ServerExecutable {
    private static let names = ["redis-server", "valkey-server"]
    /// Where packages put it; a user's PATH may lack them.
    private static let usualFolders = ["/usr/bin", "/usr/local/bin", "/usr/sbin"]

    /// The path of `STRESS_REDIS_SERVER`, or of the first of redis-server and valkey-server.
    ///
    /// - Throws: `notInstalled`.
    static func find(environment: [String: String]) throws(EmbeddedServerError) -> String {
        if let named = environment["STRESS_REDIS_SERVER"], !named.isEmpty {
            guard isProgram(named) else {
                throw .notInstalled("STRESS_REDIS_SERVER is \(named), which is not an executable file")
            }
            return named
        }
        let searched = (environment["PATH"] ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        for name in names {
            for folder in searched + usualFolders where isProgram("\(folder)/\(name)") {
                return "\(folder)/\(name)"
            }
        }
        let places = usualFolders.joined(separator: ", ")
        throw .notInstalled("\(names.joined(separator: " and ")) were not found on PATH or in \(places)")
    }

    private static func isProgram(_ path: String) -> Bool {
        var information = stat()
        guard stat(path, &information) == 0 else { return false }
        return information.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
