import FlashSale
import Foundation
import Stores
import TestSupport
import Testing

/// One test, because the server takes some seconds to start.
@Suite struct MariaDBStoreTests {
    @Test func mariaDBIsAskedThroughItsClient() throws {
        let server = try PrivateMariaDB.shared()
        let (user, password) = ("shop", "s3cr3t p@ss")
        try server.run(
            """
            CREATE DATABASE shop CHARACTER SET utf8mb4;
            CREATE USER \(user) IDENTIFIED BY '\(password)';
            GRANT SELECT, INSERT ON shop.* TO \(user);
            CREATE TABLE shop.orders (id int PRIMARY KEY, who varchar(60));
            INSERT INTO shop.orders VALUES (1, 'a,"b" <c> &amp; &'), (2, ''), (3, NULL), (4, 'NULL'), (5, 'two\\nlines\\t'),
                (6, '</field></row>'), (7, 'ü 秒殺');
            """)
        let stores = Asking.stores()
        let url = server.url("shop", credentials: "\(user):s3cr3t%20p%40ss")
        let table = try stores.ask(
            Asking.sql(
                "SELECT id, who AS `<who>` FROM orders WHERE id > 0 AND who <> \"x\" OR who IS NULL ORDER BY id",
                at: url))
        #expect(table.columns == ["id", "<who>"])
        #expect(
            table.rows == [
                ["1", "a,\"b\" <c> &amp; &"], ["2", ""], ["3", nil], ["4", "NULL"], ["5", "two\nlines\t"],
                ["6", "</field></row>"], ["7", "ü 秒殺"],
            ])
        #expect(try stores.ask(Asking.sql("SELECT count(*) FROM orders; # all; of them", at: url)).number == 7)
        #expect(try stores.ask(Asking.sql("SELECT sum(id) FROM orders", at: server.url("shop"))).number == 28)
        #expect(try stores.ask(Asking.sql("SELECT id FROM orders WHERE who = 'a\\';b'", at: url)).rowCount == 0)
        #expect(try stores.ask(Asking.sql("INSERT INTO orders VALUES (8, 'x')", at: url)).rowCount == 0)
        for (statement, words, status) in [
            ("SELECT * FROM ordrs", "Table 'shop.ordrs' doesn't exist (1146)", FlashSale.ExitStatus.usage),
            ("SELEC 1", "You have an error in your SQL syntax", .usage),
            ("DELETE FROM orders", "DELETE command denied", .unavailable),
            ("INSERT INTO orders VALUES (8, 'x')", "Duplicate entry '8'", .unavailable),
        ] {
            let error = try #require(stores.failure(Asking.sql(statement, at: url)))
            #expect(error.status == status)
            #expect(error.message.contains(words), "\(error.message)")
        }
        #expect(stores.refusal(Asking.sql("SELECT 1; SELECT 2", at: url))?.status == .usage)
        // A procedure answers with several tables, which is nothing where only its work is wanted.
        try server.run("DELIMITER //\nCREATE PROCEDURE shop.twice() BEGIN SELECT 1; SELECT 2; END//")
        let call = Asking.sql("CALL twice()", at: server.url("shop"))
        #expect(stores.failure(call)?.message.contains("something else than one table") == true)
        try stores.tell(call)
        // An option file has the wrong password; the URL's own comes first.
        let folder = try TestFolder("stores")
        try folder.file(".my.cnf", "[client]\npassword=wrong\n")
        let home = Asking.stores(environment: ["HOME": folder.path])
        #expect(try home.ask(Asking.sql("SELECT 3", at: url)).number == 3)
        try folder.file(".my.cnf", "[client]\npassword='\(password)'\n")
        #expect(try home.ask(Asking.sql("SELECT 3", at: server.url("shop", credentials: user))).number == 3)
        let wrong = server.url("shop", credentials: "\(user):s3cr3t-not")
        let error = try #require(stores.failure(Asking.sql("SELECT 3", at: wrong)))
        #expect(error.status == .unavailable)
        #expect(error.message.contains("Access denied"))
        #expect(!error.message.contains("s3cr3t"))
    }
}
