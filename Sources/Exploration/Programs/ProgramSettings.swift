package import FlashSale
internal import Foundation
internal import Host
package import Strategies

/// What is to be explored of programs of the user's own, and how it is told what came of a purchase.
///
/// In texts `{buyer}` is the number of a buyer, `{purchase}` that of a purchase, `{buyers}` how many purchases a program is to make itself,
/// `{units}` the stock, `{port}` that of an instance of
/// the service, and `{redis-port}`, `{redis-host}` and `{redis-url}` say where Redis is. Other braces stay as they are.
package struct ProgramSettings: Sendable {
    /// Who buys.
    package enum Buyers: Sendable, Equatable {
        /// A program is started for each purchase.
        case processes([String])
        /// A program for each buyer reads a line for each purchase, and answers it with one.
        case loops([String])
        /// One program makes all purchases itself, at once.
        case whole([String])
        case service(Service)

        /// The program's words.
        package var words: [String] {
            switch self {
            case .processes(let words), .loops(let words), .whole(let words): words
            case .service(let service): service.words
            }
        }
    }

    /// A service that is started, in several instances perhaps, and asked once for each purchase.
    package struct Service: Sendable, Equatable {
        package var words: [String]
        /// At least 1. Purchase number i goes to instance i modulo this.
        package var instances: Int
        /// What a purchase asks; nil where a file says it.
        package var request: Request?
        /// How a file has it started; nil where it is ``words``, which are told of Redis as other programs are.
        package var start: Strategy.ServiceStart?

        package init(words: [String], instances: Int = 1, request: Request?) {
            self.words = words
            self.instances = instances
            self.request = request
        }

        package init(_ start: Strategy.ServiceStart, instances: Int = 1) {
            self.init(words: start.words.map(\.source), instances: instances, request: nil)
            self.start = start
        }
    }

    package struct Request: Sendable, Equatable {
        package var method: String
        package var url: String
        /// `Name: value`
        package var headers: [String]
        package var body: String

        package init(_ method: String, _ url: String, headers: [String] = [], body: String = "") {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
        }
    }

    /// How other stores than Redis are put back to where they were.
    package enum Reset: Sendable, Equatable {
        case program([String])
        /// To the first instance of the service.
        case request(Request)
    }

    package var buyers: Buyers
    /// Says what purchases do and mean, in the place of ``won``, ``soldOut``, ``remaining``, ``open``, ``stock`` and ``orders``; nil where
    /// these do.
    package var file: SaleFile?
    /// What says that a purchase was won.
    package var won: AnswerTest?
    /// What says that nothing was left; nil where nobody is told. Only with it is the order of answers judged.
    package var soldOut: AnswerTest?
    /// How many units were left, as a purchase was told.
    package var remaining: AnswerValue?
    /// Commands of Redis that open the sale, before each execution.
    package var open: [String] = []
    /// The command that tells how many units are left.
    package var stock: String?
    /// The command that tells how many orders there are, or which; nil where none are kept.
    package var orders: String?
    /// The line that asks a program for a purchase, where it reads lines.
    package var line = "{buyer}"
    /// A program that fills Redis once, before everything.
    package var setup: [String]?
    package var reset: Reset?
    /// What programs find in their environment, beside REDIS_URL, REDIS_HOST and REDIS_PORT.
    package var variables: [String: String] = [:]
    /// Where programs work, an absolute path.
    package var folder: String
    /// Units of a purchase, at least 1.
    package var quantity = 1
    /// Whether all purchases are one buyer's.
    package var isOneBuyer = false
    /// Units that one buyer may have; nil if there is no limit.
    package var limit: Int?
    /// Purchases that one buyer may make; nil if there is no limit.
    package var purchaseLimit: Int?
    /// How long a purchase may take for what it does by itself, in milliseconds.
    package var thinkMilliseconds = 5000
    /// Our own binary, which keeps what is started.
    package var executable: String
    package var environment: [String: String]

    package init(
        _ buyers: Buyers, won: AnswerTest, stock: String, folder: String,
        executable: String = "/proc/self/exe", environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.buyers = buyers
        self.won = won
        self.stock = stock
        self.folder = folder
        self.executable = executable
        self.environment = environment
    }

    /// - Parameter file: says what purchases do and mean.
    package init(
        _ buyers: Buyers, file: SaleFile, folder: String, executable: String = "/proc/self/exe",
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.buyers = buyers
        self.file = file
        self.folder = folder
        self.executable = executable
        self.environment = environment
    }

    /// Finds what cannot work before anything is started.
    ///
    /// - Throws: 64 with what to write instead.
    package func check() throws(RunError) {
        guard !buyers.words.isEmpty else {
            throw RunError(.usage, "no program is named that buys: write -- PROGRAM {buyer}")
        }
        let isService = if case .service = buyers { true } else { false }
        for (option, test) in [("--won", won), ("--sold-out", soldOut)] {
            guard let test else { continue }
            if isService, test.asksExit {
                throw RunError(
                    .usage,
                    "\(option): exit is how a program ends; a service answers with a status: \(option) 'status 200'")
            }
            if !isService, test.asksStatus {
                throw RunError(
                    .usage, "\(option): only a service answers with a status; of a program: \(option) 'exit 0'")
            }
            if case .whole = buyers, test.asksExit {
                throw RunError(
                    .usage,
                    "\(option): a program that makes all purchases itself ends once: say which of its lines tell of one, such as "
                        + "\(option) 'stdout /bought/'")
            }
        }
        for (option, text) in [stock].compactMap({ $0 }).map({ ("--stock", $0) }) + open.map({ ("--open", $0) })
            + (orders.map { [("--orders", $0)] } ?? [])
        {
            guard let words = try? ShellWords.split(text), !words.isEmpty else {
                throw RunError(.usage, "\(option): a command of Redis is wanted, such as GET count; found \(text)")
            }
        }
        guard quantity > 0, thinkMilliseconds > 0 else {
            throw RunError(.usage, "a purchase wants at least 1 unit, and has at least 1 millisecond")
        }
        guard case .service(let service) = buyers else { return }
        guard service.instances > 0 else { throw RunError(.usage, "--instances: at least 1 is wanted") }
        if let start = service.start, service.instances > 1, !start.choosesPort {
            throw RunError(
                .usage,
                "\(file?.strategy.file ?? ""):\(start.line): service: several instances need several ports: write {port} in start: and url:, or "
                    + "explore one with --instances 1")
        }
        guard let request = service.request else { return }
        guard let address = ServiceAddress(request.url) else {
            throw RunError(
                .usage,
                "the requests' URL has to begin with http:// and a host, such as http://127.0.0.1:{port}/buy?user={buyer}; found "
                    + request.url)
        }
        if service.instances > 1, !address.base.contains("{port}") {
            throw RunError(
                .usage, "several instances need several ports: write {port} in the URL, and in what --serve starts")
        }
    }
}
