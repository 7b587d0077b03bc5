import Foundation
import Synchronization

/// A small shop on 127.0.0.1 that holds units until they are paid for: `POST /items/NAME/holds`, `POST /holds/ID/pay`, `POST /holds/ID/cancel`,
/// `POST /items/NAME/stock`, and `GET /items/NAME/stock`, `…/held` and `…/orders`.
///
/// A hold ends 210 ms after it was made, and comes back when somebody wants to reserve the next time.
package final class HoldingService: Sendable {
    package enum Scheme: Sendable {
        /// One after the other, and each hold ends once.
        case right
        /// Whoever pays gets the unit, also when the hold has gone.
        case paysLate
        /// Whoever cancels gives back, also when nothing was on hold any more.
        case givesTwice
        /// It looks, waits a moment, then writes what it has seen.
        case reservesTooMuch
    }

    private struct Hold {
        var item: String
        var purchase: Int
        var user: String
        var ends: UInt64
        var isPaid = false
    }

    private struct State {
        var units: [String: Int] = [:]
        var holds: [String: Hold] = [:]
        /// All that there ever were, by their ids.
        var made: [String: Hold] = [:]
        var orders: [String: [Int: String]] = [:]
        /// When somebody reserved, paid or cancelled the last time.
        var lastAsked: UInt64 = 0
        /// Nanoseconds after that, until the stock was read.
        var rest: UInt64?

        /// What has lapsed goes back.
        mutating func sweep(_ item: String, at now: UInt64) {
            for (id, hold) in holds where hold.item == item && !hold.isPaid && hold.ends <= now {
                holds[id] = nil
                units[item, default: 0] += 1
            }
        }
    }

    private let state = Mutex(State())
    private let scheme: Scheme
    private let service = Mutex<ScriptedService?>(nil)

    package init(_ scheme: Scheme) {
        self.scheme = scheme
        let service = ScriptedService { [weak self] peer, _ in
            while let request = peer.request() {
                guard let self else { return }
                let (status, body) = self.answer(request)
                peer.answer(status, body)
            }
        }
        self.service.withLock { $0 = service }
    }

    package var url: String { "http://127.0.0.1:\(service.withLock { $0?.port ?? 0 })" }
    /// Nanoseconds from the last purchase until the stock was read; nil if it never was.
    package var rest: UInt64? { state.withLock { $0.rest } }
    /// What was asked, by its first line.
    package var requests: [String] {
        service.withLock { $0?.requests ?? [] }.map { String($0.prefix { $0 != "\r" && $0 != "\r\n" }) }
    }

    private func answer(_ request: String) -> (status: Int, body: String) {
        let words = request.split(separator: " ").prefix(2).map(String.init)
        let path = words[1].split(separator: "/").map(String.init)
        let body = request.components(separatedBy: "\r\n\r\n").dropFirst().joined()
        let fields = (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
        guard path.count == 3 else { return (404, "") }
        if path[2] == "holds" || path[0] == "holds" { state.withLock { $0.lastAsked = Self.nanoseconds } }
        switch (words[0], path[0], path[2]) {
        case ("POST", "items", "stock"):
            state.withLock { state in
                state.units[path[1]] = fields["units"] as? Int ?? 0
                state.orders[path[1]] = [:]
                state.holds = state.holds.filter { $0.value.item != path[1] }
            }
            return (200, "")
        case ("GET", "items", "stock"):
            return state.withLock { state in
                if state.lastAsked > 0 { state.rest = state.rest ?? Self.nanoseconds - state.lastAsked }
                return (200, "\(state.units[path[1]] ?? 0)")
            }
        case ("GET", "items", "held"):
            return (200, "\(state.withLock { $0.holds.values.count { $0.item == path[1] && !$0.isPaid } })")
        case ("GET", "items", "orders"):
            let orders = state.withLock { $0.orders[path[1]] ?? [:] }.sorted { $0.key < $1.key }.map {
                #"{"purchase":\#($0.key),"user":"\#($0.value)"}"#
            }
            return (200, "[\(orders.joined(separator: ","))]")
        case ("POST", "items", "holds"):
            return reserve(
                Hold(
                    item: path[1], purchase: fields["purchase"] as? Int ?? 0, user: fields["user"] as? String ?? "",
                    ends: Self.nanoseconds + 210_000_000))
        case ("POST", "holds", "pay"): return (pay(path[1]) ? 200 : 410, "")
        case ("POST", "holds", "cancel"): return (cancel(path[1]) ? 200 : 410, "")
        default: return (404, "")
        }
    }

    private func reserve(_ hold: Hold) -> (status: Int, body: String) {
        let seen = state.withLock { state in
            state.sweep(hold.item, at: Self.nanoseconds)
            return state.units[hold.item] ?? 0
        }
        if scheme == .reservesTooMuch {
            guard seen > 0 else { return (409, "") }
            usleep(2000)
        }
        return state.withLock { state in
            let left = scheme == .reservesTooMuch ? seen : state.units[hold.item] ?? 0
            guard left > 0 else { return (409, "") }
            state.units[hold.item] = left - 1
            let id = "hold-\(state.made.count + 1)"
            state.holds[id] = hold
            state.made[id] = hold
            return (201, #"{"hold":"\#(id)","left":\#(left - 1)}"#)
        }
    }

    private func pay(_ id: String) -> Bool {
        state.withLock { state in
            let hold = state.holds[id]
            if hold?.isPaid == true { return true }
            let isThere = hold.map { $0.ends > Self.nanoseconds } ?? false
            guard let made = state.made[id], isThere || scheme == .paysLate else { return false }
            state.holds[id]?.isPaid = true
            state.orders[made.item, default: [:]][made.purchase] = made.user
            return true
        }
    }

    private func cancel(_ id: String) -> Bool {
        state.withLock { state in
            let hold = state.holds[id]
            guard hold?.isPaid != true, let made = state.made[id], hold != nil || scheme == .givesTwice else {
                return false
            }
            state.holds[id] = nil
            state.units[made.item, default: 0] += 1
            return true
        }
    }

    private static var nanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
