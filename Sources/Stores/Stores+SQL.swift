internal import FlashSale
internal import Glibc

/// Databases, each through its own client program.
extension Stores {
    func ask(
        _ statement: String, _ address: StoreAddress, _ question: StoreQuestion, _ due: UInt64
    ) throws(RunError) -> StoreTable {
        let client = try client(for: address, statement, question)
        return try client.table(try run(statement, with: client, question, due), question)
    }

    /// Runs a statement that may answer with anything.
    func tell(
        _ statement: String, _ address: StoreAddress, _ question: StoreQuestion, _ due: UInt64
    ) throws(RunError) {
        _ = try run(statement, with: try client(for: address, statement, question), question, due)
    }

    private func run(
        _ statement: String, with client: SQLClient, _ question: StoreQuestion, _ due: UInt64
    ) throws(RunError) -> StoreProgram.Ending {
        let ending = try run(client.program(for: statement, self), question, due)
        guard ending.exitCode == 0 else { throw client.error(ending, question) }
        return ending
    }

    /// The client of a database, which is here and is able to run the statement.
    ///
    /// - Throws: 64 for what is not one statement, 69 for a client that is not installed.
    func client(
        for address: StoreAddress, _ statement: String, _ question: StoreQuestion
    ) throws(RunError) -> SQLClient {
        guard let kind = SQLClient.Kind(address) else {
            throw RunError(.bug, "\(question.place): sql: is asked at the wrong kind of store")
        }
        if let problem = SQLStatement.problem(of: statement, in: kind.dialect) {
            throw RunError(.usage, "\(question.place): sql: \(problem)")
        }
        if case .sqlite(let path) = kind { try Self.checkFile(path, question) }
        guard let program = kind.names.lazy.compactMap({ StoreProgram.find($0, self.environment) }).first else {
            throw RunError(
                .unavailable,
                "\(question.place): sql: \(kind.product) is asked through its own client, \(kind.names.joined(separator: " or ")), and none "
                    + "is in PATH; on Debian and Ubuntu: apt-get install \(kind.package)")
        }
        return SQLClient(kind: kind, path: program)
    }
}

extension Stores {
    /// The client would make an empty database where there is none.
    private static func checkFile(_ path: String, _ question: StoreQuestion) throws(RunError) {
        guard access(path, F_OK) != 0 else { return }
        throw RunError(
            .unavailable,
            "\(question.place): sql: there is no database \(path): \(String(cString: strerror(errno))); the path behind sqlite:// is an "
                + "absolute one, as in sqlite:///home/me/shop.db")
    }
}
