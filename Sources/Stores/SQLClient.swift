internal import CLinux
internal import FlashSale
internal import Glibc
internal import RedisDriver

/// A database's own client program: how it is started, and what its answers mean.
struct SQLClient {
    enum Kind {
        case postgres(DatabaseURL)
        case mysql(DatabaseURL)
        /// The absolute path of the database's file.
        case sqlite(path: String)

        init?(_ address: StoreAddress) {
            switch address {
            case .postgres(let database): self = .postgres(database)
            case .mysql(let database): self = .mysql(database)
            case .sqlite(let path): self = .sqlite(path: path)
            case .redis, .service, .program: return nil
            }
        }

        var product: String {
            switch self {
            case .postgres: "PostgreSQL"
            case .mysql(let database): database.scheme == "mysql" ? "MySQL" : "MariaDB"
            case .sqlite: "SQLite"
            }
        }

        /// The programs that can do it, the better one first.
        var names: [String] {
            switch self {
            case .postgres: ["psql"]
            case .mysql(let database): database.scheme == "mysql" ? ["mysql", "mariadb"] : ["mariadb", "mysql"]
            case .sqlite: ["sqlite3"]
            }
        }

        /// What Debian calls the package with one of them.
        var package: String {
            switch self {
            case .postgres: "postgresql-client"
            case .mysql: "default-mysql-client"
            case .sqlite: "sqlite3"
            }
        }

        var dialect: SQLStatement.Dialect {
            switch self {
            case .postgres: .postgres
            case .mysql: .mysql
            case .sqlite: .sqlite
            }
        }

        /// Where it is, without a password.
        var shown: String {
            switch self {
            case .postgres(let database), .mysql(let database): database.shown
            case .sqlite(let path): "sqlite://\(path)"
            }
        }
    }

    let kind: Kind
    /// The absolute path of the client.
    let path: String
    /// What is printed for NULL where it would look like an empty text: no text in a database is this one by chance.
    let null: String

    init(kind: Kind, path: String) {
        self.kind = kind
        self.path = path
        // sqlite3 cuts it at 19 bytes.
        null = "null-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    }

    /// How the client is started. The statement is its input, so that no other user of the machine sees it.
    func program(for statement: String, _ stores: Stores) -> StoreProgram {
        let seconds = max(1, stores.timeoutMilliseconds / 1000)
        var program = StoreProgram(
            starter: stores.starter, path: path, arguments: [], environment: stores.environment,
            // A comment at the statement's end must not swallow the semicolon.
            input: Array("\(statement)\n;\n".utf8), endSignal: SIGINT)
        switch kind {
        case .postgres(let database): Self.postgres(database, seconds, null, &program)
        case .mysql(let database): Self.mysql(database, seconds, &program)
        case .sqlite(let path): Self.sqlite(path, stores.timeoutMilliseconds, null, &program)
        }
        return program
    }

    /// The rows that it printed.
    func table(_ ending: StoreProgram.Ending, _ question: StoreQuestion) throws(RunError) -> StoreTable {
        if case .mysql = kind {
            guard let table = XMLTable.read(ending.output) else { throw strange(question) }
            return table
        }
        do throws(CSVTable.Problem) {
            return try CSVTable.read(ending.output, header: .always, null: Array(null.utf8))
        } catch {
            throw strange(question)
        }
    }

    private func strange(_ question: StoreQuestion) -> RunError {
        RunError(
            .unavailable,
            "\(question.place): sql: \(path) printed something else than one table; ask it the statement by hand to see what"
        )
    }

    /// What the database said of a statement that failed.
    func error(_ ending: StoreProgram.Ending, _ question: StoreQuestion) -> RunError {
        let text = ending.errors.isEmpty ? ending.output : ending.errors
        let said: (words: String, isWrong: Bool) =
            switch kind {
            case .postgres: Self.postgresError(text)
            case .mysql: Self.mysqlError(text)
            case .sqlite: Self.sqliteError(text)
            }
        let how = ending.exitCode.map { "exit code \($0)" } ?? "signal \(ending.signal ?? 0)"
        let words = said.words.isEmpty ? "its client ended with \(how) and said nothing" : said.words
        return RunError(
            said.isWrong ? .usage : .unavailable,
            "\(question.place): sql: \(kind.shown) says: \(ForeignText.shown(secret.shown(words)))")
    }

    private var secret: Secret {
        switch kind {
        case .postgres(let database), .mysql(let database): Secret(database.password)
        case .sqlite: Secret(nil)
        }
    }

    /// The lines of a text, without the blanks around them.
    static func lines(_ text: [UInt8]) -> [String] {
        text.split(separator: 10).map { line in
            String(decoding: line.drop { $0 == 32 || $0 == 9 }, as: UTF8.self).filter { $0 != "\r" }
        }
    }
}
