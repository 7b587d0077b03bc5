import FlashSale
import Foundation

@testable import Strategies

/// Two nodes of a cluster with a slot on its way from one to the other, key by key, as far as it decides who executes what.
///
/// Source: getNodeByQuery in Redis's cluster.c
struct MigratingNodes {
    /// One connection's state at its node.
    private struct Peer {
        var isAsking = false
        /// Commands that wait for EXEC; nil outside a transaction.
        var queue: [[String]]?
        var isSpoiled = false
        var watched: Set<String> = []
    }

    var generator: SplitMix64
    /// Whether scripts answer with what is left of each line of a cart.
    var tellsLines = false
    private var known: Set<String> = []
    private var gone: Set<String> = []
    private var home = Peer()
    private var there = Peer()
    /// What the attempt that is under way watches.
    private var watches: Set<String> = []
    private var tookEffect = false
    private var log: [String] = []
    private(set) var complaint: String?
    private(set) var outcomes: Set<Outcome> = []
    /// Commands that the other node has executed.
    private(set) var executedThere = 0
    private(set) var transactionsThere = 0

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    mutating func play(_ machine: inout StrategyMachine, attempt: Int) {
        (tookEffect, watches, log) = (false, [], [])
        // Now and then a slot begins anew.
        if Int.random(in: 0..<6, using: &generator) == 0 { gone = [] }
        var pending: [[String]] = []
        var isThere = false
        var action = machine.begin(.init(buyer: attempt % 7 + 1, purchase: attempt, attempt: attempt))
        while true {
            switch action {
            case .think:
                action = machine.afterThinking()
                continue
            case .goToShelf: return complain("an attempt goes to a shelf, and there is none")
            case .finish(let result):
                // The driver closes what is suspect.
                if machine.connectionIsSuspect { (home, there) = (Peer(), Peer()) }
                return end(result)
            case .send, .follow:
                isThere = action == .follow
                if !pending.isEmpty { complain("something is sent before \(pending) were answered") }
                if isThere, chance(20) {
                    // The connection was closed in between.
                    there = Peer()
                    if machine.needsSameConnection { return end(machine.couldNotSend()) }
                }
                if isThere, chance(40) { return end(machine.couldNotSend()) }
                pending = Self.commands(Array(machine.output))
            case .receive: break
            }
            guard !pending.isEmpty else { return complain("a reply is wanted that nobody asked for") }
            if chance(50) {
                (home, there) = (Peer(), Peer())
                if machine.mayStillTakeEffect { tookEffect = true }
                return end(machine.lose())
            }
            let command = pending.removeFirst()
            let said = answer(command, isThere: isThere)
            log.append("\(isThere ? "there " : "")\(command.joined(separator: " ")) → \(said.reply.description)")
            action = isThere ? machine.receiveElsewhere(said.reply) : machine.receive(said.reply)
        }
    }

    private mutating func end(_ result: AttemptResult) {
        outcomes.insert(result.outcome)
        if result.outcome == .failed, tookEffect { complain("failed, and it took effect") }
    }

    private mutating func complain(_ words: String) {
        if complaint == nil { complaint = words + ": " + log.joined(separator: ", ") }
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }

    // MARK: A node

    private mutating func answer(_ command: [String], isThere: Bool) -> Said {
        known.formUnion(Self.keys(command))
        if chance(4), let key = known.sorted().randomElement(using: &generator) { gone.insert(key) }
        var peer = isThere ? there : home
        defer { if isThere { there = peer } else { home = peer } }
        let name = command[0]
        let commands = name == "EXEC" ? peer.queue ?? [] : [command]
        if let refusal = refusal(Set(commands.flatMap(Self.keys)), isThere: isThere, isAsking: peer.isAsking) {
            if name == "EXEC" {
                peer = Peer()
            } else if peer.queue != nil {
                peer.isSpoiled = true
            } else {
                peer.isAsking = false
            }
            return .error(refusal)
        }
        if peer.queue != nil, !["EXEC", "DISCARD"].contains(name) {
            peer.queue?.append(command)
            return .queued
        }
        if name == "ASKING" {
            peer.isAsking = true
            return .ok
        }
        defer { if peer.queue == nil { peer.isAsking = false } }
        switch name {
        case "WATCH":
            peer.watched.formUnion(command.dropFirst())
            watches.formUnion(command.dropFirst())
            return .ok
        case "UNWATCH":
            peer.watched = []
            return .ok
        case "MULTI":
            peer.queue = []
            return .ok
        case "DISCARD":
            (peer.queue, peer.watched, peer.isSpoiled) = (nil, [], false)
            return .ok
        case "EXEC": return execute(&peer, isThere: isThere)
        default: return execute(command, isThere: isThere)
        }
    }

    private mutating func execute(_ peer: inout Peer, isThere: Bool) -> Said {
        guard let queue = peer.queue else { return .error("ERR EXEC without MULTI") }
        let (isSpoiled, watched) = (peer.isSpoiled, peer.watched)
        (peer.queue, peer.watched, peer.isSpoiled) = (nil, [], false)
        if isSpoiled { return .error("EXECABORT Transaction discarded because of previous errors.") }
        if watched != watches { complain("EXEC watches \(watched) and not \(watches)") }
        watches = []
        if chance(3) { return .null }
        if isThere { transactionsThere += 1 }
        return .array(queue.map { execute($0, isThere: isThere) })
    }

    /// Why a node does not execute what has these keys; nil where it does.
    private mutating func refusal(_ keys: Set<String>, isThere: Bool, isAsking: Bool) -> String? {
        guard !keys.isEmpty else { return nil }
        let tryAgain = "TRYAGAIN Multiple keys request during rehashing of slot"
        guard isThere else {
            // Redis 7.2 tells apart what Redis 7.0 does not.
            if !keys.isDisjoint(with: gone), !keys.isSubset(of: gone), Bool.random(using: &generator) {
                return tryAgain
            }
            return keys.isDisjoint(with: gone) ? nil : "ASK 3999 127.0.0.1:6381"
        }
        guard isAsking else { return "MOVED 3999 127.0.0.1:6380" }
        if keys.count > 1, !keys.isSubset(of: gone) { return tryAgain }
        if !keys.isSubset(of: gone) { complain("\(keys) is at home, and the other node is asked") }
        return nil
    }

    private mutating func execute(_ command: [String], isThere: Bool) -> Said {
        if isThere {
            if command[0].hasPrefix("EVALSHA"), chance(3) { return .error("NOSCRIPT No matching script.") }
            executedThere += 1
        }
        if !["GET", "HGET", "SCRIPT", "FUNCTION"].contains(command[0]) { tookEffect = true }
        return switch command[0] {
        case "SET": command.contains("NX") && chance(3) ? .null : .ok
        case "GET", "HGET": chance(5) ? "0" : "7"
        case "SCRIPT", "FUNCTION": "h1"
        case "EVALSHA" where tellsLines: chance(3) ? [0] : [1, [4]]
        default: .integer(Int.random(in: -1...5, using: &generator))
        }
    }

    private static func keys(_ command: [String]) -> [String] {
        ["SCRIPT", "FUNCTION"].contains(command[0]) ? [] : command.dropFirst().filter { $0.hasPrefix("{t}") }
    }

    private static func commands(_ bytes: [UInt8]) -> [[String]] {
        Played.commands(bytes).components(separatedBy: " | ").map { $0.split(separator: " ").map(String.init) }
    }
}
