import Foundation

/// A MariaDB server of the test process's own, started when it is asked for first. Its user `root` has no password.
package final class PrivateMariaDB: Sendable {
    private static let started = Result { try PrivateMariaDB() }

    package let server: PrivateDatabase

    /// - Throws: what kept it from starting.
    package static func shared() throws -> PrivateMariaDB { try started.get() }

    private init() throws {
        server = try PrivateDatabase(
            "mariadb", users: ["mysql", "nobody"],
            script: """
                $as mariadb-install-db --no-defaults --datadir="$folder/data" --auth-root-authentication-method=normal \\
                    --skip-test-db > install.log && {
                    $as mariadbd --no-defaults --datadir="$folder/data" --socket="$folder/socket" --port="$port" \\
                        --bind-address=127.0.0.1 --pid-file="$folder/data/pid" --innodb-flush-log-at-trx-commit=0 \\
                        --innodb-buffer-pool-size=16M &
                    server=$!
                    for i in $(seq 200); do
                        [ -S socket ] && break
                        sleep 0.05
                    done
                    [ -S socket ]
                }
                """)
    }

    /// The URL of a database.
    ///
    /// - Parameter credentials: `user` or `user:password`, percent-encoded.
    package func url(_ database: String, credentials: String) -> String {
        "mysql://\(credentials)@127.0.0.1:\(server.port)/\(database)"
    }

    /// The URL of a database through the socket, as root.
    package func url(_ database: String) -> String { "mariadb://root@/\(database)?socket=\(server.folder)/socket" }

    /// Runs SQL as root, and returns what the client prints, without names.
    @discardableResult
    package func run(_ sql: String) throws -> String {
        try server.run(
            [
                "mariadb", "--no-defaults", "--skip-column-names", "--default-character-set=utf8mb4", "--user=root",
                "--socket=\(server.folder)/socket",
            ], sql)
    }
}
