import Foundation
import Synchronization

/// A small shop on 127.0.0.1: `POST /buy`, `GET /stock`, `GET /orders`, `POST /admin/stock`, `POST /login`.
package final class ShopService: Sendable {
    package enum Scheme: Sendable {
        /// One buyer after the other.
        case right
        /// It looks, waits a moment, then writes what it has seen.
        case readThenWrite
        /// Right, but one order in ten is never written.
        case losesOrders
        /// Right, but the answer to the first win is an error.
        case failsAfterSelling
        /// Right, but every second request is told to come again later.
        case refusesOften
    }

    private struct State {
        var units = 0
        var orders: [(number: Int, user: String)] = []
        var requests = 0
        var hasFailed = false
        var unauthorized = 0
        var log: [String] = []
    }

    private let state = Mutex(State())
    private let scheme: Scheme
    /// Whether a buyer needs what `POST /login` gives.
    private let wantsToken: Bool
    private let service = Mutex<ScriptedService?>(nil)

    package init(_ scheme: Scheme, wantsToken: Bool = false) {
        self.scheme = scheme
        self.wantsToken = wantsToken
        let service = ScriptedService { [weak self] peer, _ in
            while let request = peer.request() {
                guard let self else { return }
                self.answer(request, to: peer)
            }
        }
        self.service.withLock { $0 = service }
    }

    /// Begins anew with so many units.
    package func stockUp(_ units: Int) {
        state.withLock { state in
            state = State()
            state.units = units
        }
    }

    package var port: Int { service.withLock { $0?.port ?? 0 } }
    package var url: String { "http://127.0.0.1:\(port)" }
    /// What the shop wrote of each request to buy, with a header.
    package var log: String {
        (["start_ns,end_ns,status,user,left"] + state.withLock { $0.log }).joined(separator: "\n") + "\n"
    }
    /// Units that it has left.
    package var units: Int { state.withLock { $0.units } }
    /// Requests to buy that had no token.
    package var unauthorized: Int { state.withLock { $0.unauthorized } }
    /// What was asked, by its first line.
    package var requests: [String] {
        service.withLock { $0?.requests ?? [] }.map { String($0.prefix { $0 != "\r" && $0 != "\r\n" }) }
    }

    private func answer(_ request: String, to peer: ScriptedService.Peer) {
        let path = request.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        let body = request.components(separatedBy: "\r\n\r\n").dropFirst().joined()
        let fields = (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
        switch path {
        case "/login": peer.answer(200, #"{"token":"t-\#(fields["user"] as? String ?? "")"}"#)
        case "/admin/stock":
            stockUp(fields["units"] as? Int ?? 0)
            peer.answer(200)
        case "/stock": peer.answer(200, "\(state.withLock { $0.units })")
        case "/orders":
            let orders = state.withLock { $0.orders }.map { #"{"number":\#($0.number),"user":"\#($0.user)"}"# }
            peer.answer(200, "[\(orders.joined(separator: ","))]")
        case "/buy":
            guard !wantsToken || request.contains("Authorization: Bearer t-u") else {
                state.withLock { $0.unauthorized += 1 }
                return peer.answer(401)
            }
            buy("\(fields["user"] ?? "")", peer)
        default: peer.answer(request.hasPrefix("OPTIONS") ? 204 : 404)
        }
    }

    private func buy(_ user: String, _ peer: ScriptedService.Peer) {
        let start = Self.nanoseconds
        // So that requests meet each other in the shop's own log.
        usleep(500)
        let answer = scheme == .readThenWrite ? racingAnswer(to: user) : answer(to: user)
        let left = answer.body.isEmpty ? "" : String(answer.body.dropFirst(8).dropLast())
        let line = "\(start),\(Self.nanoseconds),\(answer.status),\(user),\(left)"
        state.withLock { $0.log.append(line) }
        peer.answer(answer.status, answer.body, headers: answer.headers)
    }

    private struct Answer {
        var status: Int
        var body = ""
        var headers = ""
    }

    private func racingAnswer(to user: String) -> Answer {
        let seen = state.withLock { $0.units }
        guard seen > 0 else { return Answer(status: 409) }
        usleep(2000)
        state.withLock { state in
            state.units = seen - 1
            state.orders.append((state.orders.count + 1, user))
        }
        return Answer(status: 200, body: #"{"left":\#(seen - 1)}"#)
    }

    private func answer(to user: String) -> Answer {
        state.withLock { state in
            state.requests += 1
            if scheme == .refusesOften, state.requests.isMultiple(of: 2) {
                return Answer(status: 429, headers: "Retry-After: 1\r\n")
            }
            guard state.units > 0 else { return Answer(status: 409) }
            state.units -= 1
            if scheme != .losesOrders || !state.units.isMultiple(of: 10) {
                state.orders.append((state.orders.count + 1, user))
            }
            if scheme == .failsAfterSelling, !state.hasFailed {
                state.hasFailed = true
                return Answer(status: 500)
            }
            return Answer(status: 200, body: #"{"left":\#(state.units)}"#)
        }
    }

    private static var nanoseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
