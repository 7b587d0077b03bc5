import CLinux
import FlashSale
import Foundation
import Stores
import TestSupport
import Testing

@Suite struct PostgresStoreTests {
    private let server: PrivatePostgres
    private let database: String
    private var url: String { server.url(database) }

    init() throws {
        server = try PrivatePostgres.shared()
        database = try server.database()
        try server.run(
            """
            CREATE TABLE orders (id int PRIMARY KEY, who text, quantity numeric(10, 2));
            INSERT INTO orders VALUES (1, 'O''Brien, "Bob"', 1), (2, '', 2.5), (3, NULL, NULL), (4, E'two\\nlines\\\\', 1),
                (5, '\\.', 1), (6, 'null', 1), (7, 'ü 秒殺', 1);
            """, in: database)
    }

    @Test func rowsComeAsTheyAre() throws {
        let table = try Asking.stores().ask(
            Asking.sql("SELECT id, who AS \"Who, then\", quantity FROM orders ORDER BY id", at: url))
        #expect(table.columns == ["id", "Who, then", "quantity"])
        #expect(
            table.rows == [
                ["1", "O'Brien, \"Bob\"", "1.00"], ["2", "", "2.50"], ["3", nil, nil], ["4", "two\nlines\\", "1.00"],
                ["5", "\\.", "1.00"], ["6", "null", "1.00"], ["7", "ü 秒殺", "1.00"],
            ])
    }

    @Test(
        arguments: [
            ("SELECT count(*) FROM orders", 7), ("SELECT sum(id) FROM orders;", 28),
            ("SELECT 5.00 -- a comment; here", 5),
            ("SELECT NULL::int", nil), ("SELECT 5.5", nil), ("SELECT 1, 2", nil), ("SELECT 1 WHERE false", nil),
            ("SELECT length($x$a;b\\c$x$) /* ; */", 5), ("SELECT length(E'\\';') ;; ", 2),
            ("SELECT id FROM orders WHERE who = 'a;b'", nil),
        ] as [(String, Int?)]) func oneCellIsANumber(_ statement: String, _ number: Int?) throws
    {
        #expect(try Asking.stores().ask(Asking.sql(statement, at: url)).number == number)
    }

    @Test func aStatementMayChangeTheStore() throws {
        let stores = Asking.stores()
        let inserted = try stores.ask(Asking.sql("INSERT INTO orders VALUES (9, 'x', 1)", at: url))
        #expect(inserted.rowCount == 0)
        let returned = try stores.ask(Asking.sql("UPDATE orders SET who = 'y' WHERE id = 9 RETURNING id, who", at: url))
        #expect(returned.rows == [["9", "y"]])
        #expect(try server.run("SELECT who FROM orders WHERE id = 9", in: database) == "y\n")
    }

    @Test func aHundredThousandRowsCome() throws {
        let table = try Asking.stores().ask(
            Asking.sql("SELECT n, 'user-' || n FROM generate_series(1, 100000) AS n", at: url))
        #expect(table.rowCount == 100_000)
        #expect(table.rows.last == ["100000", "user-100000"])
    }

    @Test(arguments: [
        ("SELECT * FROM ordrs", "relation \"ordrs\" does not exist (42P01)"),
        ("SELECT idd FROM orders", "column \"idd\" does not exist (42703)"),
        ("SELEC 1", "syntax error at or near \"SELEC\" (42601)"),
    ]) func aMistakeInTheStatementIsTheFiles(_ statement: String, _ words: String) throws {
        let error = try #require(Asking.stores().failure(Asking.sql(statement, at: url)))
        #expect(error.status == .usage)
        #expect(error.message.hasPrefix("shop.yaml:12: sql: postgres:///\(database)"))
        #expect(error.message.hasSuffix("says: \(words)"))
    }

    @Test func whatTheStoreRefusesIsNotTheFiles() throws {
        try server.run("CREATE ROLE \(database)_reader LOGIN", in: database)
        let reader = url.replacing("user=postgres", with: "user=\(database)_reader")
        let denied = try #require(Asking.stores().failure(Asking.sql("SELECT * FROM orders", at: reader)))
        #expect(denied.status == .unavailable)
        #expect(denied.message.contains("permission denied for table orders"))
        let twice = Asking.sql("INSERT INTO orders VALUES (1, 'x', 1)", at: url)
        #expect(Asking.stores().failure(twice)?.status == .unavailable)
        let missing = try #require(Asking.stores().failure(Asking.sql("SELECT 1", at: server.url("no_such_database"))))
        #expect(missing.status == .unavailable)
        #expect(missing.message.contains("database \"no_such_database\" does not exist"))
    }

    @Test(arguments: [
        "SELECT 1; SELECT 2", "SELECT 1; -- more\nDELETE FROM orders", "SELECT 'x''; SELECT'; SELECT 2",
        "\\! touch /tmp/x",
        "SELECT 1 \\gexec", "", " ; -- nothing", "SELECT 'unclosed",
    ]) func whatIsNotOneStatementIsRefused(_ statement: String) throws {
        let question = Asking.sql(statement, at: url)
        for error in [Asking.stores().refusal(question), Asking.stores().failure(question)] {
            #expect(error?.status == .usage)
            #expect(error?.message.hasPrefix("shop.yaml:12: sql: ") == true)
        }
        #expect(try server.run("SELECT count(*) FROM orders", in: database) == "7\n")
    }

    /// What a statement notes before it fails is not what it fails of.
    @Test func aNoticeIsNoError() throws {
        let block = "DO $x$ BEGIN RAISE NOTICE 'hm' USING ERRCODE = '42P07'; RAISE EXCEPTION 'closed; sorry'; END $x$"
        let error = try #require(Asking.stores().failure(Asking.sql(block, at: url)))
        #expect(error.status == .unavailable)
        #expect(error.message.hasSuffix("says: closed; sorry (P0001)"))
        let notice = Asking.sql("DO $$ BEGIN RAISE NOTICE 'hm'; END $$", at: url)
        #expect(try Asking.stores().ask(notice).rowCount == 0)
    }

    /// The password reaches the server, and nothing else: no argument of the client, no message.
    @Test func aPasswordStaysBetweenTheTwo() throws {
        let password = "s3cr3t p@ss/wörd?"
        let encoded = "s3cr3t%20p%40ss%2Fw%C3%B6rd%3F"
        let user = "\(database)_shop"
        try server.run("CREATE ROLE \(user) LOGIN PASSWORD '\(password)'", in: database)
        let right = server.url(database, credentials: "\(user):\(encoded)")
        let stores = Asking.stores(environment: ["SHOP_DB": right])
        #expect(try stores.ask(Asking.sql("SELECT 3", at: "$SHOP_DB")).number == 3)
        let wrong = server.url(database, credentials: "\(user):\(encoded)x")
        let error = try #require(stores.failure(Asking.sql("SELECT 3", at: wrong)))
        #expect(error.status == .unavailable)
        #expect(!error.message.contains("s3cr3t"))
        // Without a password nobody is asked for one.
        let none = server.url(database, credentials: user)
        let silent = Asking.stores(environment: ["PGPASSFILE": "/dev/null"])
        #expect(silent.failure(Asking.sql("SELECT 3", at: none))?.status == .unavailable)
        // psql's own variable works for a URL without one.
        let own = Asking.stores(environment: ["PGPASSWORD": password])
        #expect(try own.ask(Asking.sql("SELECT 3", at: none)).number == 3)
    }

    @Test func nothingSecretIsAnArgument() throws {
        let folder = try TestFolder("stores")
        _ = try folder.script(
            "psql",
            "printf '%s\\n' \"$@\" > \(folder.path)/arguments; echo n; echo \"$PGPASSWORD\"; cat > \(folder.path)/input"
        )
        let stores = Asking.stores(environment: ["PATH": "\(folder.path):/usr/bin:/bin"])
        let question = Asking.sql(
            "SELECT 'of buyers'",
            at: "postgres://shop:s3cr3t%20x@127.0.0.1:5432/shop?sslmode=prefer&password=other%2Fone")
        #expect(try stores.ask(question).rows == [["other/one"]])
        let arguments = try String(contentsOfFile: "\(folder.path)/arguments", encoding: .utf8)
        #expect(arguments.contains("--dbname=postgres://shop@127.0.0.1:5432/shop?sslmode=prefer\n"))
        for secret in ["s3cr3t", "other", "buyers"] { #expect(!arguments.contains(secret)) }
        #expect(try String(contentsOfFile: "\(folder.path)/input", encoding: .utf8).contains("SELECT 'of buyers'"))
    }

    /// The statement ends on the server, too, so that it holds no lock behind our back.
    @Test func aStatementThatHangsIsEnded() throws {
        let stores = Asking.stores()
        let question = Asking.sql("SELECT pg_sleep(600), 'hangs here'", at: url)
        do throws(RunError) {
            _ = try stores.ask(question, until: Clock.nanoseconds() + 700_000_000)
            Issue.record("an answer came")
        } catch {
            #expect(error.status == .unavailable)
            #expect(error.message.contains("no answer from psql in time"))
        }
        let running =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(database)' AND query LIKE '%hangs here%' "
            + "AND state = 'active' AND pid <> pg_backend_pid()"
        let end = Date().addingTimeInterval(5)
        while try server.run(running, in: "postgres") != "0\n", Date() < end { usleep(50_000) }
        #expect(try server.run(running, in: "postgres") == "0\n")
    }

    @Test func aServerThatIsNotThereIsNamed() throws {
        let question = Asking.sql("SELECT 1", at: "postgres://shop:s3cr3t@127.0.0.1:1/shop")
        let error = try #require(Asking.stores().failure(question))
        #expect(error.status == .unavailable)
        #expect(error.message.contains("Connection refused"))
        #expect(!error.message.contains("s3cr3t"))
    }

    @Test func aClientThatIsMissingIsNamedWithItsPackage() throws {
        for (url, package) in [
            (url, "postgresql-client"), ("mysql://127.0.0.1/shop", "default-mysql-client"),
            ("sqlite:///dev/null", "sqlite3"),
        ] {
            let stores = Asking.stores(environment: ["PATH": "/nowhere"])
            let error = try #require(stores.refusal(Asking.sql("SELECT 1", at: url)))
            #expect(error.status == .unavailable)
            #expect(error.message.contains("apt-get install \(package)"))
        }
    }
}
