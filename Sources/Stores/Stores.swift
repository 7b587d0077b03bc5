internal import CLinux
package import FlashSale
internal import Glibc
package import HTTPTransport
internal import Host
package import RedisDriver
internal import Strategies

/// Asks stores where stock and orders are: Redis, a database, a service, a program. Used by one thread at a time.
///
/// Connections are opened when they are needed first, and kept. Nothing is ever asked twice, since a question may change something.
package final class Stores {
    let service: ServiceEndpoint?
    private let redis: RedisEndpoint?
    private let tls: RedisEndpoint.TLS
    let environment: [String: String]
    let allowsRemote: Bool
    let timeoutMilliseconds: Int
    /// Our own binary, which starts programs that die with us.
    let starter: String
    var connections: [String: RedisStore] = [:]
    var clients: [String: ServiceStore] = [:]

    /// - Parameters:
    ///   - service: what `http:` asks that has no `at:`.
    ///   - redis: what `redis:` asks that has no `at:`.
    ///   - tls: how TLS is spoken with a Redis at `rediss://`.
    ///   - environment: what `$NAME` is looked up in, and what programs get.
    ///   - timeoutMilliseconds: at least 1; how long a question may take.
    ///   - starter: the path of a binary that knows `die-with-parent`.
    package init(
        service: ServiceEndpoint?, redis: RedisEndpoint? = nil, tls: RedisEndpoint.TLS = RedisEndpoint.TLS(),
        environment: [String: String], allowsRemote: Bool,
        timeoutMilliseconds: Int, starter: String = OwnBinary.path
    ) {
        self.service = service
        self.redis = redis
        self.tls = tls
        self.environment = environment
        self.allowsRemote = allowsRemote
        self.timeoutMilliseconds = max(1, timeoutMilliseconds)
        self.starter = starter
    }

    /// Asks, and waits for the answer.
    ///
    /// - Parameter deadline: CLOCK_MONOTONIC; a question ends then if its time-out is not over before.
    /// - Throws: ``RunError``: 64 where the question itself is wrong, 69 where there is no answer to it, 130 after a second Ctrl-C.
    package func ask(_ question: StoreQuestion, until deadline: UInt64 = .max) throws(RunError) -> StoreTable {
        let due = due(deadline)
        switch (question.words, try address(of: question)) {
        case (.redis(let command), .redis(let endpoint)): return try ask(command, endpoint, question, due)
        case (.http(let request, let path), .service(let endpoint)):
            return try table(try answer(to: request, endpoint, question, due), path, request, question)
        case (.run(let words), _): return try table(try output(of: words, question, due), of: words, question)
        case (.sql(let statement), let address): return try ask(statement, address, question, due)
        default: throw RunError(.bug, "\(question.place): \(question.words.kind): is asked at the wrong kind of store")
        }
    }

    /// Does what a file says, and looks at no more of the answer than whether it worked.
    ///
    /// - Throws: as ``ask(_:until:)``.
    package func tell(_ question: StoreQuestion, until deadline: UInt64 = .max) throws(RunError) {
        switch (question.words, try address(of: question)) {
        case (.http(let request, _), .service(let endpoint)):
            _ = try answer(to: request, endpoint, question, due(deadline))
        case (.run(let words), _): _ = try output(of: words, question, due(deadline))
        case (.redis(let command), .redis(let endpoint)):
            _ = try reply(to: command, endpoint, question, due(deadline))
        case (.sql(let statement), let address): try tell(statement, address, question, due(deadline))
        default: _ = try ask(question, until: deadline)
        }
    }

    /// Looks whether the question could be asked, without asking it: its program is here, its hosts have addresses, its URL fits.
    ///
    /// - Throws: ``RunError``, 64 or 69.
    package func check(_ question: StoreQuestion) throws(RunError) {
        let address = try address(of: question)
        switch (question.words, address) {
        case (.run(let words), _): _ = try program(of: words, question)
        case (.sql(let statement), let address):
            _ = try client(for: address, statement, question)
        default: break
        }
        for host in address.hosts { try HostLookup.check(host, of: address.shown, place: question.place) }
    }

    /// Closes all connections; the next question opens what it needs.
    package func close() {
        connections = [:]
        clients = [:]
    }

    private func due(_ deadline: UInt64) -> UInt64 {
        min(deadline, Clock.nanoseconds() + UInt64(timeoutMilliseconds) * 1_000_000)
    }

    // MARK: Where

    /// Where a question goes, if it may go there.
    func address(of question: StoreQuestion) throws(RunError) -> StoreAddress {
        let kind = question.words.kind
        guard let at = question.at else { return try ownAddress(for: kind, question.place) }
        if kind == "run" {
            throw RunError(
                .usage, "\(question.place): run: starts a program on this machine and takes no at:; leave it out")
        }
        var url = at
        if at.hasPrefix("$") {
            let name = String(at.dropFirst())
            guard let value = environment[name], !value.isEmpty else {
                throw RunError(
                    .usage,
                    "\(question.place): at: \(at) is wanted from the environment, and it has no \(name); export \(name)=URL"
                )
            }
            url = value
        }
        let address = try StoreAddress(
            url: url, for: kind, place: question.place, environment: environment, allowsRemote: allowsRemote)
        // Whoever trusts certificates for the run trusts them here, too.
        if case .service(var endpoint) = address {
            endpoint.certificates = service?.certificates
            return .service(endpoint)
        }
        if case .redis(var endpoint) = address, endpoint.tls != nil {
            endpoint.tls = tls
            return .redis(endpoint)
        }
        return address
    }

    private func ownAddress(for kind: String, _ place: String) throws(RunError) -> StoreAddress {
        let own: StoreAddress? =
            switch kind {
            case "redis": redis.map { .redis($0) }
            case "http": service.map { .service($0) }
            case "run": .program
            default: nil
            }
        guard let own else {
            throw RunError(.usage, "\(place): \(kind): needs at: with a URL, since the run itself has no such store")
        }
        if case .service = own { try own.checkHosts(place: place, allowsRemote: allowsRemote) }
        return own
    }

    // MARK: Saying what went wrong

    /// How a question that ended early is explained.
    func late(_ question: StoreQuestion, _ address: String) -> RunError {
        RunError(
            .unavailable,
            "\(question.place): \(question.words.kind): no answer from \(address) in time (a question has \(timeoutMilliseconds) ms at "
                + "most)\(question.words.kind == "sql" ? "; does the statement wait for a lock?" : "")")
    }

    func interrupted(_ question: StoreQuestion) -> RunError {
        RunError(.interrupted, "\(question.place): \(question.words.kind): interrupted before the answer came")
    }
}
