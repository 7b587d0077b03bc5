import FlashSale
import Foundation
import Stores
import TestSupport
import Testing

@Suite struct SQLiteStoreTests {
    private let folder: TestFolder
    private var url: String { "sqlite://\(folder.path)/the%20shop.db" }

    init() throws {
        folder = try TestFolder("stores")
        try Data().write(to: URL(fileURLWithPath: "\(folder.path)/the shop.db"))
        let stores = Asking.stores()
        try stores.tell(Asking.sql("CREATE TABLE orders (id INTEGER PRIMARY KEY, who TEXT)", at: url))
        try stores.tell(
            Asking.sql(
                "INSERT INTO orders VALUES (1, 'a,\"b\"'), (2, ''), (3, NULL), (4, 'two' || char(10) || 'lines'), (5, '.quit')",
                at: url))
    }

    @Test func rowsComeAsTheyAre() throws {
        let table = try Asking.stores().ask(Asking.sql("SELECT id, who FROM orders ORDER BY id;", at: url))
        #expect(table.columns == ["id", "who"])
        #expect(table.rows == [["1", "a,\"b\""], ["2", ""], ["3", nil], ["4", "two\nlines"], ["5", ".quit"]])
        #expect(try Asking.stores().ask(Asking.sql("SELECT count(*) FROM orders", at: url)).number == 5)
        #expect(try Asking.stores().ask(Asking.sql("SELECT id FROM orders WHERE id > 9", at: url)).rowCount == 0)
    }

    @Test(
        arguments: [
            ("SELECT * FROM ordrs", "no such table: ordrs", FlashSale.ExitStatus.usage),
            ("SELEC 1", "syntax error", .usage),
            ("INSERT INTO orders VALUES (1, 'x')", "UNIQUE constraint failed: orders.id", .unavailable),
        ] as [(String, String, FlashSale.ExitStatus)])
    func whatFailsIsTold(_ statement: String, _ words: String, _ status: FlashSale.ExitStatus) throws {
        let error = try #require(Asking.stores().failure(Asking.sql(statement, at: url)))
        #expect(error.status == status)
        #expect(error.message.hasPrefix("shop.yaml:12: sql: sqlite://\(folder.path)/the shop.db says: "))
        #expect(error.message.contains(words))
    }

    @Test(arguments: [".shell touch /tmp/x", "SELECT 1; .quit", "SELECT 1; SELECT 2"])
    func whatIsNotOneStatementIsRefused(_ statement: String) {
        #expect(Asking.stores().refusal(Asking.sql(statement, at: url))?.status == .usage)
    }

    /// A database that is not there stays away: sqlite3 would make an empty one.
    @Test func aFileThatIsNotThereIsNotMade() throws {
        let question = Asking.sql("SELECT 1", at: "sqlite://\(folder.path)/other.db")
        let error = try #require(Asking.stores().failure(question))
        #expect(error.status == .unavailable)
        #expect(error.message.contains("there is no database \(folder.path)/other.db"))
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/other.db"))
    }

    /// A lock of somebody else's is waited for, but not for ever.
    @Test func aLockedDatabaseIsToldInTime() throws {
        let holder = try Program(
            "/usr/bin/env", ["sqlite3", "-batch", "\(folder.path)/the shop.db"], folder: "/", files: folder.path,
            environment: ["PATH": "/usr/bin:/bin"], input: .pipe)
        holder.tell("BEGIN EXCLUSIVE;\nSELECT 'held';\n")
        #expect(TestProcess.eventually { holder.output.contains("held") })
        let stores = Asking.stores(timeoutMilliseconds: 1000)
        let error = try #require(stores.failure(Asking.sql("SELECT count(*) FROM orders", at: url)))
        #expect(error.status == .unavailable)
        holder.tell("ROLLBACK;\n")
        holder.closeInput()
        #expect(holder.wait() == .init(exitCode: 0))
        #expect(try stores.ask(Asking.sql("SELECT count(*) FROM orders", at: url)).number == 5)
    }
}
