/// sqlite3.
extension SQLClient {
    static func sqlite(_ path: String, _ milliseconds: Int, _ null: String, _ program: inout StoreProgram) {
        // It waits for a lock a little shorter than we wait for it, so that its own words come.
        program.arguments = [
            "-init", "/dev/null", "-batch", "-bail", "-csv", "-header", "-nullvalue", null, "-cmd",
            ".timeout \(milliseconds / 4 * 3)", path,
        ]
    }

    /// `Parse error near line 1: no such table: x`, `Runtime error near line 1: UNIQUE constraint failed: …`, or with older
    /// versions `Error: near line 1: …`.
    static func sqliteError(_ text: [UInt8]) -> (words: String, isWrong: Bool) {
        let lines = lines(text)
        let words = lines.first { $0.lowercased().contains("error") } ?? lines.first ?? ""
        let isWrong = ["Parse error", "in prepare", "syntax error", "no such table", "no such column"].contains {
            words.contains($0)
        }
        // A database that somebody else locks is found out while a statement is prepared, too.
        return (words, isWrong && !words.contains("locked") && !words.contains("not a database"))
    }
}
