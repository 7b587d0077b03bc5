/// psql.
extension SQLClient {
    static func postgres(_ database: DatabaseURL, _ seconds: Int, _ null: String, _ program: inout StoreProgram) {
        program.arguments = [
            "--no-psqlrc", "--quiet", "--no-password", "--csv", "--pset=null=\(null)", "--pset=pager=off",
            "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=verbose", "--set=SHOW_CONTEXT=never",
            "--dbname=\(database.locator)",
        ]
        // These would lead to another server than the URL does.
        for name in ["PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PSQLRC"] { program.environment[name] = nil }
        program.environment["PGCLIENTENCODING"] = "UTF8"
        program.environment["LC_ALL"] = "C"
        // libpq takes 1 for 2.
        program.environment["PGCONNECT_TIMEOUT"] = String(max(2, seconds))
        program.environment["PGAPPNAME"] = "stress"
        if let password = database.password { program.environment["PGPASSWORD"] = password }
    }

    /// `ERROR:  42P01: relation "x" does not exist`, perhaps behind `psql:<stdin>:1: `; or what libpq says of a server that
    /// cannot be reached.
    static func postgresError(_ text: [UInt8]) -> (words: String, isWrong: Bool) {
        let lines = lines(text)
        // The first word depends on the server's language, what follows it does not. Notices come before the error.
        for line in lines.reversed() {
            if let match = line.firstMatch(of: /[^:]+:\s+([0-9A-Z]{5}): (.*)$/) {
                // Class 42: syntax error or access rule violation; 42501 is a right that is missing.
                return ("\(match.2) (\(match.1))", match.1.hasPrefix("42") && match.1 != "42501")
            }
        }
        return (
            lines.map { $0.hasPrefix("psql: error: ") ? String($0.dropFirst(13)) : $0 }.joined(separator: " "), false
        )
    }
}
