import Foundation
import Synchronization

/// A PostgreSQL server of the test process's own, started when it is asked for first.
///
/// Whoever comes through its socket may be any user; who comes through TCP needs a password.
package final class PrivatePostgres: Sendable {
    private static let started = Result { try PrivatePostgres() }
    private static let databases = Atomic(0)

    package let server: PrivateDatabase

    /// - Throws: what kept it from starting.
    package static func shared() throws -> PrivatePostgres { try started.get() }

    private init() throws {
        server = try PrivateDatabase(
            "postgres", users: ["postgres", "nobody"],
            script: """
                bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
                : "${bin:=$(dirname "$(command -v initdb)")}"
                $as "$bin/initdb" --username=postgres --auth-local=trust --auth-host=scram-sha-256 --no-sync --no-locale \\
                    --encoding=UTF8 --pgdata="$folder/data" && {
                    $as "$bin/postgres" -D "$folder/data" -k "$folder" -p "$port" -c listen_addresses=127.0.0.1 -c fsync=off \\
                        -c shared_buffers=16MB -c max_connections=60 -c dynamic_shared_memory_type=mmap &
                    server=$!
                    for i in $(seq 200); do
                        "$bin/pg_isready" -q -h "$folder" -p "$port" && break
                        sleep 0.05
                    done
                    "$bin/pg_isready" -q -h "$folder" -p "$port"
                }
                """)
    }

    /// Makes an empty database, and returns its name.
    package func database() throws -> String {
        let name = "test\(Self.databases.add(1, ordering: .relaxed).newValue)"
        try run("CREATE DATABASE \(name)", in: "postgres")
        return name
    }

    /// The URL of a database through the socket, as the server's owner.
    package func url(_ database: String) -> String {
        "postgres:///\(database)?host=\(server.folder)&port=\(server.port)&user=postgres"
    }

    /// The URL of a database through TCP.
    ///
    /// - Parameter credentials: `user` or `user:password`, percent-encoded.
    package func url(_ database: String, credentials: String) -> String {
        "postgresql://\(credentials)@127.0.0.1:\(server.port)/\(database)"
    }

    /// Runs SQL as the server's owner, and returns what psql prints, without names and alignment.
    @discardableResult
    package func run(_ sql: String, in database: String) throws -> String {
        try server.run(
            [
                "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
                "--dbname=\(url(database))",
            ], sql)
    }
}
