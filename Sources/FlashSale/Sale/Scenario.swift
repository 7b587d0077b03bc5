/// All that a run needs, as one JSON value: the sale, the strategy, the buyers and their pace, and the seed.
///
/// A worker receives it on its standard input and `run.json` keeps it. It never holds a password.
package struct Scenario: Codable, Sendable, Equatable {
    /// Where the strategy's text came from, and the text itself, so that the run can be repeated anywhere.
    package struct StrategySource: Codable, Sendable, Equatable {
        /// The `strategy:` name in the file.
        package var name: String
        /// The whole strategy file.
        package var yaml: String
        /// The scripts beside it, by the names that it has for them.
        package var files: [String: String]

        package init(name: String, yaml: String, files: [String: String] = [:]) {
            self.name = name
            self.yaml = yaml
            self.files = files
        }
    }

    /// An inclusive range of whole numbers.
    package struct Range: Codable, Sendable, Equatable, BitwiseCopyable {
        package var min: Int
        package var max: Int

        package init(min: Int, max: Int) {
            self.min = min
            self.max = max
        }
    }

    /// How the private server keeps its data; ignored for a server that is not ours.
    package enum Persistence: String, Codable, Sendable, CaseIterable {
        case none, rdb, everysec, always
    }

    /// How clients wait for the doors to open.
    package enum Gate: String, Codable, Sendable, CaseIterable {
        /// With nothing sent.
        case barrier
        /// With the first request sent but for its last byte, where it can be.
        case lastByte = "last-byte"
    }

    package var strategy: StrategySource
    /// Units of stock when the doors open, at least 1; of all items together where there are several.
    package var units: Int
    /// What is for sale where there are several items; nil for one.
    package var items: ItemsForSale?
    /// Buyers, numbered from 1.
    package var buyers: Int
    package var purchasesPerBuyer: Int
    /// Units that a purchase wants: drawn for each, both bounds included, at least 1.
    package var quantity: Range
    /// The most attempts that one purchase makes, at least 1.
    package var attempts: Int
    package var procs: Int
    /// Threads in each worker process.
    package var threads: Int
    /// Connections that each thread drives.
    package var clients: Int
    package var pace: Pace
    /// Time spent at the strategy's `think` step; nil leaves it to the strategy file.
    package var thinkTimeMicroseconds: Range?
    /// How long a client waits for the replies to what it has sent.
    package var timeoutMilliseconds: Int
    /// Whether a purchase goes on after an `unknown` attempt, as careless clients do.
    package var retryUnknown: Bool
    /// One purchase in so many is asked for again after it was won; nil where none is.
    package var repeatEvery: Int?
    /// Fixes ids, think times and `{random}`; it cannot fix how threads interleave.
    package var seed: UInt64
    package var persistence: Persistence
    /// `embedded`, or the server's URL without its password.
    package var redis: String
    /// The URL of the service that buyers ask, without a password, or the words by which the run starts it; nil where they ask Redis.
    package var service: String?
    /// nil for ``Gate/barrier``, as in records of earlier versions.
    package var gate: Gate?
    /// What is broken on purpose, in the order in which it was named; nil where nothing is.
    package var faults: [Fault]?
    /// The private servers, where there are several; nil for one.
    package var topology: Topology?
    /// What follows a purchase that has its units on hold; nil where a purchase is over when it has them.
    package var phases: PhasePlan?

    package init(
        strategy: StrategySource, units: Int, buyers: Int, purchasesPerBuyer: Int = 1,
        quantity: Range = Range(min: 1, max: 1),
        attempts: Int = 3,
        procs: Int, threads: Int, clients: Int = 1, pace: Pace = .rush, thinkTimeMicroseconds: Range? = nil,
        timeoutMilliseconds: Int = 5000, retryUnknown: Bool = false, repeatEvery: Int? = nil, seed: UInt64 = 1,
        persistence: Persistence = .none, redis: String = "embedded"
    ) {
        self.strategy = strategy
        self.units = units
        self.buyers = buyers
        self.purchasesPerBuyer = purchasesPerBuyer
        self.quantity = quantity
        self.attempts = attempts
        self.procs = procs
        self.threads = threads
        self.clients = clients
        self.pace = pace
        self.thinkTimeMicroseconds = thinkTimeMicroseconds
        self.timeoutMilliseconds = timeoutMilliseconds
        self.retryUnknown = retryUnknown
        self.repeatEvery = repeatEvery
        self.seed = seed
        self.persistence = persistence
        self.redis = redis
    }

    /// The warm-up before it: the same sale in a closed loop, with as many buyers as come until it ends.
    package var warmUp: Scenario {
        var scenario = self
        scenario.pace = Pace(durationNanoseconds: pace.warmUpNanoseconds)
        scenario.buyers = Bounds.buyers.upperBound / purchasesPerBuyer
        // What it holds lapses.
        scenario.phases = nil
        return scenario
    }

    /// The same sale of one of its items only.
    package func ofItem(_ item: ItemsForSale.Item) -> Scenario {
        var scenario = self
        scenario.units = item.units
        scenario.items = nil
        return scenario
    }

    /// Connections of the whole fleet.
    package var totalClients: Int { procs * threads * clients }
    /// Purchases of the whole fleet, numbered from 1.
    package var totalPurchases: Int { buyers * purchasesPerBuyer }

    /// The buyers that a sale gets when nobody says how many: ten a client, and at least two for each unit, so that
    /// there is always a rush.
    package static func defaultBuyers(clients: Int, units: Int) -> Int { max(10 * clients, 2 * units) }

    /// The buyer who makes `purchase`. The purchases of one buyer have consecutive numbers.
    package func buyer(ofPurchase purchase: Int) -> Int {
        Self.buyer(ofPurchase: purchase, purchasesPerBuyer: purchasesPerBuyer)
    }

    @inline(__always)
    package static func buyer(ofPurchase purchase: Int, purchasesPerBuyer: Int) -> Int {
        Numbering.buyer(ofPurchase: purchase, purchasesPerBuyer: purchasesPerBuyer)
    }

    /// The id of a purchase's attempt number `number` (from 1): unique in the whole fleet without any coordination.
    package func attemptID(purchase: Int, number: Int) -> Int {
        Self.attemptID(purchase: purchase, number: number, attempts: attemptNumbers)
    }

    /// The numbers that attempts of one purchase may have, from 1: those that reserve, and where purchases take their time, those that follow.
    package var attemptNumbers: Int { attempts + (phases == nil ? 0 : PhasePlan.numbers) }

    @inline(__always)
    package static func attemptID(purchase: Int, number: Int, attempts: Int) -> Int {
        Numbering.attempt(number, ofPurchase: purchase, attempts: attempts)
    }

    /// The index of a client within the whole fleet. Neighbours sit in different processes, so that the consecutive
    /// purchases of one buyer race from different processes at the same moment.
    package func clientIndex(worker: Int, thread: Int, client: Int) -> Int {
        (client * threads + thread) * procs + worker
    }

    /// The worker whose client makes `purchase`.
    package func worker(ofPurchase purchase: Int) -> Int { (purchase - 1) % totalClients % procs }

    /// The units that `purchase` wants: fixed by the seed, the same for all of its attempts.
    package func quantity(ofPurchase purchase: Int) -> Int {
        Self.quantity(ofPurchase: purchase, in: quantity, seed: seed)
    }

    @inline(__always)
    package static func quantity(ofPurchase purchase: Int, in range: Range, seed: UInt64) -> Int {
        guard range.min < range.max else { return range.min }
        var generator = SplitMix64(seed: seed ^ (UInt64(truncatingIfNeeded: purchase) &* 0xD134_2543_DE82_EF95))
        return range.min + Int(generator.next() % UInt64(range.max - range.min + 1))
    }
}

/// The numbers of purchases, buyers and attempts: all follow from each other, so that no thread has to ask another.
///
/// Public and inlined, since they are needed for every attempt.
public enum Numbering {
    /// The id of a purchase's attempt: unique in the whole fleet without any coordination.
    ///
    /// - Parameters:
    ///   - number: of the attempt, from 1.
    ///   - purchase: from 1.
    ///   - attempts: the most that a purchase makes.
    @inlinable
    @inline(__always)
    public static func attempt(_ number: Int, ofPurchase purchase: Int, attempts: Int) -> Int {
        (purchase &- 1) &* attempts &+ number
    }

    /// The buyer who makes a purchase. The purchases of one buyer have consecutive numbers.
    ///
    /// - Parameter purchase: from 1.
    @inlinable
    @inline(__always)
    public static func buyer(ofPurchase purchase: Int, purchasesPerBuyer: Int) -> Int {
        // Most buyers make one, and a division is dear.
        purchasesPerBuyer == 1 ? purchase : (purchase &- 1) / purchasesPerBuyer &+ 1
    }
}
