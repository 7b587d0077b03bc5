/// Tells orders apart that differ in more than what nobody can notice.
///
/// Two orders of the same commands are equal for everybody if all pairs that depend on each other come in the same order (Mazurkiewicz,
/// "Trace theory", 1987). A step's label is a digest of who takes it and of the labels of all steps before it that it depends on, and
/// the sum of labels is the same for equal orders: the happens-before fingerprint of Musuvathi and Qadeer ("Fair stateless model
/// checking", PLDI 2008; CHESS). Buyers who are alike can be exchanged, so that the least sum over all ways to name them stands for
/// all of those.
struct CausalKeys {
    /// Ways to name buyers: for each, the name of each buyer.
    private let namings: [[Int]]
    private var steps: [Offer] = []
    /// For each naming, the labels of the steps.
    private var labels: [[UInt64]]
    private var sums: [UInt64]
    /// Steps of each buyer so far.
    private var counts: [Int]
    /// Of each buyer, the place of the last step.
    private(set) var last: [Int?]

    /// - Parameters:
    ///   - buyers: how many, from 1.
    ///   - areAlike: whether they do the same, so that it does not matter who is who. Up to four are exchanged: for more, trying
    ///     all names would cost more than it saves.
    ///   - width: how many of them are one person, and are exchanged together.
    init(buyers: Int, areAlike: Bool, width: Int = 1) {
        let names = Array(0..<buyers)
        let people = buyers / width
        namings =
            areAlike && people <= 4
            ? Self.permutations(of: Array(0..<people)).map { order in
                names.map { order[$0 / width] * width + $0 % width }
            } : [names]
        labels = namings.map { _ in [] }
        sums = namings.map { _ in 0 }
        counts = names.map { _ in 0 }
        last = names.map { _ in nil }
    }

    private static func permutations(of names: [Int]) -> [[Int]] {
        guard let last = names.last else { return [[]] }
        return permutations(of: names.dropLast()).flatMap { shorter in
            (0...shorter.count).map { place in
                var longer = shorter
                longer.insert(last, at: place)
                return longer
            }
        }
    }

    /// The key of the order that this step would make of the one so far.
    func key(after offer: Offer) -> UInt64 {
        let earlier = causes(of: offer)
        var least = UInt64.max
        for naming in namings.indices { least = min(least, sums[naming] &+ label(offer, earlier, naming)) }
        return least
    }

    /// Goes on by a step.
    mutating func add(_ offer: Offer) {
        let earlier = causes(of: offer)
        for naming in namings.indices {
            let label = label(offer, earlier, naming)
            labels[naming].append(label)
            sums[naming] &+= label
        }
        if let buyer = offer.choice.buyer {
            counts[buyer] += 1
            last[buyer] = steps.count
        }
        steps.append(offer)
    }

    /// All that a buyer can know before what it does next, and what that is. Where the first is the same and the second is not,
    /// something else decides than the order of the commands.
    func habit(_ offer: Offer, of buyer: Int) -> (past: UInt64, next: UInt64) {
        var least = (past: UInt64.max, next: UInt64.max)
        for (index, naming) in namings.enumerated() {
            var digest = Digest()
            digest.add(UInt64(naming[buyer]))
            digest.add(offer.choice.kind)
            digest.add(last[buyer].map { labels[index][$0] } ?? 0)
            // What has set it free it knows as well.
            for label in offer.causes.map({ labels[index][$0] }).sorted() { digest.add(label) }
            let next = offer.phrase.digest(naming)
            if (digest.value, next) < (least.past, least.next) { least = (digest.value, next) }
        }
        return least
    }

    /// The places of all earlier steps that it depends on.
    private func causes(of offer: Offer) -> [Int] {
        steps.indices.filter { steps[$0].dependsOn(offer) || offer.causes.contains($0) }
    }

    private func label(_ offer: Offer, _ earlier: [Int], _ naming: Int) -> UInt64 {
        var digest = Digest()
        if let buyer = offer.choice.buyer {
            digest.add(UInt64(namings[naming][buyer]))
            digest.add(UInt64(counts[buyer]))
            digest.add(offer.choice.kind)
        } else {
            digest.add(UInt64.max)
            digest.add(offer.phrase.digest(namings[naming]))
        }
        for label in earlier.map({ labels[naming][$0] }).sorted() { digest.add(label) }
        return digest.value
    }
}
