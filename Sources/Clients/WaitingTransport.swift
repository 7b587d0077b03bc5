package import HTTPTransport
package import RedisDriver
internal import Strategies

/// What a ``WaitingDriver`` sends to and receives from, each call waiting for its end: a connection to Redis, or a service's
/// client.
protocol WaitingTransport: ~Copyable {
    /// - Parameters:
    ///   - place: the node to connect to; nil where the server is one alone.
    ///   - isBuying: whether an attempt waits for it, so that only the scenario's timeout applies.
    init(_ shared: BuyerThread.Shared, at place: PrimaryGuide.Place?, isBuying: Bool) throws(ConnectionError)

    /// Whether a request may be sent in parts.
    static var sendsParts: Bool { get }
    /// Whether the server accepted its name; true where servers know no names.
    var isNamed: Bool { get }
    /// Whether it has not failed yet.
    var isUsable: Bool { get }
    /// Whether nothing has come that nobody has read, the server's end included.
    var isQuiet: Bool { get }

    /// Fails where something came that answers nothing.
    mutating func refuseSurplus() throws(ConnectionError)
    mutating func send(_ bytes: UnsafeRawBufferPointer) throws(ConnectionError)
    mutating func receive(into reply: inout Reply) throws(ConnectionError)
    mutating func close()

    /// Does with a request what a fault of the wire does.
    ///
    /// - Returns: whether it had its effect.
    mutating func carryOut(
        _ effect: WireStrike.Effect, on request: UnsafeRawBufferPointer, _ shared: BuyerThread.Shared
    ) throws(ConnectionError) -> Bool
}

extension Connection: WaitingTransport {
    static var sendsParts: Bool { true }
    var isQuiet: Bool { lookUnread() == .nothing }

    init(_ shared: BuyerThread.Shared, at place: PrimaryGuide.Place?, isBuying: Bool) throws(ConnectionError) {
        self = try shared.connect(to: place, isBuying: isBuying)
    }
}

/// A service's client. libcurl opens and closes its connection as it is needed.
struct ServiceTransport: WaitingTransport, ~Copyable {
    let client: HTTPClient
    private var request = UnsafeRawBufferPointer(start: nil, count: 0)

    init(_ shared: BuyerThread.Shared, at place: PrimaryGuide.Place?, isBuying: Bool) throws(ConnectionError) {
        do throws(HTTPFailure) {
            client = try shared.serviceClient()
        } catch {
            throw ConnectionError(error)
        }
    }

    static var sendsParts: Bool { false }
    var isNamed: Bool { true }
    var isUsable: Bool { true }
    var isQuiet: Bool { true }

    mutating func refuseSurplus() {}

    /// The request goes out when its answer is asked for.
    mutating func send(_ bytes: UnsafeRawBufferPointer) { request = bytes }

    mutating func receive(into reply: inout Reply) throws(ConnectionError) {
        do throws(HTTPFailure) {
            try client.ask(request, into: &reply)
        } catch {
            throw ConnectionError(error)
        }
    }

    /// libcurl has closed a connection that failed.
    mutating func close() {}
}

extension ConnectionError {
    /// What a failure of a service's client is for a driver.
    package init(_ failure: HTTPFailure) {
        self =
            switch failure.kind {
            case .notSent: .refused(failure.reason)
            case .sent: .lost(failure.reason)
            case .tooLarge: .oversized(OversizedReply(.untold, limit: HTTPClient.answerLimit))
            }
    }
}
