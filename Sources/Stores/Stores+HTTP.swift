internal import CLinux
internal import FlashSale
internal import HTTPTransport
internal import Host
internal import Strategies

/// A client that is kept, and the loop in which it waits.
final class ServiceStore {
    let client: HTTPClient
    let loop: HTTPLoop

    init(_ endpoint: ServiceEndpoint, timeoutMilliseconds: Int) throws(HTTPFailure) {
        client = try HTTPClient(to: endpoint, timeoutMilliseconds: timeoutMilliseconds)
        client.bodyLimit = StoreTable.byteLimit
        loop = try HTTPLoop(clients: 1)
    }
}

extension Stores {
    /// A service's answer that says that it did what was asked.
    ///
    /// - Throws: 69 for none, and for a status that is not 2xx.
    func answer(
        to request: [UInt8], _ endpoint: ServiceEndpoint, _ question: StoreQuestion, _ due: UInt64
    ) throws(RunError) -> Reply {
        let what = Self.line(of: request, endpoint)
        let reply: Reply
        do throws(HTTPFailure) {
            guard let answer = try wait(for: request, endpoint, due) else {
                throw HTTPFailure(.sent, "no answer in time")
            }
            reply = answer
        } catch {
            clients[endpoint.base] = nil
            if Interruption.requests >= 2 { throw interrupted(question) }
            if Clock.nanoseconds() >= due { throw late(question, RemoteRule.redacted(endpoint.base)) }
            throw RunError(.unavailable, "\(question.place): \(what): \(error.reason)")
        }
        let status = reply.httpStatus ?? 0
        guard 200...299 ~= status else {
            let body = reply.element(2).map { ForeignText.shown(reply.bytes(at: $0)) } ?? ""
            throw RunError(
                .unavailable,
                "\(question.place): \(what) was answered by status \(status)\(body.isEmpty ? "" : ": \(body)"); wanted 200 to 299"
            )
        }
        return reply
    }

    /// The rows of an answer.
    func table(
        _ reply: Reply, _ path: [JSONStep], _ request: [UInt8], _ question: StoreQuestion
    ) throws(RunError) -> StoreTable {
        guard let body = reply.element(2) else { return StoreTable() }
        let bytes = reply.bytes(at: body)
        let what = "\(question.place): \(Self.line(of: request, nil))"
        do throws(JSONProblem) {
            return try JSONTable.read(bytes, at: path)
        } catch {
            switch error {
            case .notJSON(let offset):
                throw RunError(
                    .unavailable,
                    "\(what) was answered by "
                        + (bytes.isEmpty
                            ? "nothing, and JSON is wanted"
                            : "something that is no JSON from byte \(offset) on: \(ForeignText.shown(bytes))"))
            case .absent:
                throw RunError(
                    .usage, "\(what): the answer has no json\(Self.text(path)): \(ForeignText.shown(bytes))")
            case .mixed:
                throw RunError(
                    .usage,
                    "\(what): the rows at json\(Self.text(path)) are not of one kind (all objects, all arrays or all single values)"
                )
            case .tooManyColumns:
                throw RunError(
                    .usage,
                    "\(what): the rows at json\(Self.text(path)) have more than \(JSONTable.mostColumns) columns, or more than \(JSONTable.mostCells.grouped) cells"
                )
            }
        }
    }

    /// - Returns: nil where the wait was cut short.
    private func wait(
        for request: [UInt8], _ endpoint: ServiceEndpoint, _ due: UInt64
    ) throws(HTTPFailure) -> Reply? {
        let store: ServiceStore
        if let kept = clients[endpoint.base] {
            store = kept
        } else {
            store = try ServiceStore(endpoint, timeoutMilliseconds: timeoutMilliseconds)
            clients[endpoint.base] = store
        }
        return try request.withUnsafeBufferPointer { (request) throws(HTTPFailure) -> Reply? in
            try store.loop.start(store.client, UnsafeRawBufferPointer(request))
            while true {
                if let done = store.loop.nextDone() {
                    var reply = Reply()
                    try done.client.take(done.result, into: &reply)
                    return reply
                }
                let now = Clock.nanoseconds()
                guard Interruption.requests < 2, now < due else {
                    store.loop.cancel(store.client)
                    return nil
                }
                store.loop.wait(nanoseconds: min(50_000_000, due - now))
            }
        }
    }

    /// `GET http://127.0.0.1:8080/orders`.
    private static func line(of request: [UInt8], _ endpoint: ServiceEndpoint?) -> String {
        let words = ForeignText.shown(request.prefix { $0 != 13 }).split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return "http" }
        return "\(words[0]) \(endpoint.map { RemoteRule.redacted($0.base) } ?? "")\(words[1])"
    }

    private static func text(_ path: [JSONStep]) -> String {
        path.map { step in
            switch step {
            case .field(let name): ".\(name)"
            case .element(let position): "[\(position)]"
            }
        }.joined()
    }
}
