/// mariadb or mysql.
extension SQLClient {
    static func mysql(_ database: DatabaseURL, _ seconds: Int, _ program: inout StoreProgram) {
        // Their option files would come before a password in the environment.
        program.arguments = database.password == nil ? [] : ["--no-defaults"]
        // XML alone tells NULL from '' and from 'NULL'. In binary mode nothing but SQL is a command.
        program.arguments += [
            "--xml", "--binary-mode", "--quick", "--default-character-set=utf8mb4", "--connect-timeout=\(seconds)",
        ]
        let socket = database.parameters.first { $0.name == "socket" }?.value
        let port = port(of: database.authority)
        let host = database.hosts.first ?? "localhost"
        program.arguments.append("--host=\(socket == nil ? host : "localhost")")
        if let socket { program.arguments.append("--socket=\(socket)") }
        if let port { program.arguments += ["--port=\(port)", "--protocol=TCP"] }
        if let user = database.user { program.arguments.append("--user=\(user)") }
        if let name = database.database { program.arguments.append("--database=\(name)") }
        for option in database.parameters where DatabaseURL.mysqlOptions.contains(option.name) {
            program.arguments.append("--\(option.name)=\(option.value)")
        }
        for name in ["MYSQL_HOST", "MYSQL_PWD"] where database.password != nil { program.environment[name] = nil }
        if let password = database.password { program.environment["MYSQL_PWD"] = password }
    }

    private static func port(of authority: String) -> Substring? {
        let tail = authority.split(separator: "]").last ?? ""
        guard let colon = tail.lastIndex(of: ":") else { return nil }
        return tail[tail.index(after: colon)...]
    }

    /// `ERROR 1146 (42S02) at line 1: Table 'shop.x' doesn't exist`.
    static func mysqlError(_ text: [UInt8]) -> (words: String, isWrong: Bool) {
        let lines = lines(text)
        // Rights that are missing have class 42, too.
        let rights: Set<Substring> = ["1044", "1142", "1143", "1227", "1370"]
        for line in lines {
            if let match = line.firstMatch(of: /ERROR (\d+) \((\w{5})\)[^:]*: (.*)$/) {
                return ("\(match.3) (\(match.1))", match.2.hasPrefix("42") && !rights.contains(match.1))
            }
        }
        return (lines.joined(separator: " "), false)
    }
}
