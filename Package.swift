// swift-tools-version: 6.2
import PackageDescription

/// `scripts/test` sets this, so that CI refuses a warning while a user with a newer compiler still gets a build.
let warningsAreErrors = Context.environment["STRESS_WARNINGS_AS_ERRORS"] != nil

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])

/// Histories are judged by the thousand in the tests, and compared with brute force, which takes most of the tests' time where nothing
/// is optimized. Assertions stay on.
let optimized: [SwiftSetting] = [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

/// `scripts/fuzz` sets this: what is fuzzed then tells libFuzzer which paths were taken.
let isFuzzing = Context.environment["STRESS_FUZZING"] != nil

let fuzzedSettings = settings + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address"])] : [])

let fuzzers: [Target] =
    isFuzzing
    ? [
        .executableTarget(
            name: "reader-fuzzing", dependencies: ["FuzzedReaders"], path: "Tests/Fuzzing", exclude: ["Corpus"],
            swiftSettings: settings + [.unsafeFlags(["-sanitize=address"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])])
    ] : []

/// `scripts/package` sets this: the binary then finds libcurl where it runs, and only when a service is to be asked.
let isPortable = Context.environment["STRESS_PORTABLE"] != nil

let curl: Target =
    isPortable
    ? .target(name: "CCurl", path: "Sources/CCurlAtRunTime")
    : .systemLibrary(
        name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])])

let package = Package(
    name: "stress",
    products: [
        .executable(name: "stress", targets: ["stress"]),
        // libstress-power-cut.so, which stands beside the executable: a private server loads it, `stress` itself does not.
        .library(name: "stress-power-cut", type: .dynamic, targets: ["CPowerCut"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        // What it is made of, where its own settings do not reach: threads and logs.
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),
        // What has to be done before Swift starts.
        .target(name: "EarlySignals"),
        // How programs of the user's are started.
        .target(name: "CProcesses"),
        // TLS, by the system's OpenSSL, which is loaded when the first connection wants it. Its headers are in libssl-dev.
        .target(name: "COpenSSL"),
        // What a server has made durable: how that is written down, and which file is which.
        .target(name: "CSyncTable"),
        // Loaded into a server whose power is to be cut. The driver links Swift's library to everything that it links, and a
        // server would have to find it; for Embedded Swift there is none.
        .target(
            name: "CPowerCut", dependencies: ["CSyncTable"],
            linkerSettings: [.unsafeFlags(["-enable-experimental-feature", "Embedded", "-wmo"])]),
        curl,
        .target(name: "FlashSale", swiftSettings: fuzzedSettings + optimized),
        .target(name: "Host", dependencies: ["CLinux", "FlashSale"], swiftSettings: settings),
        .target(
            name: "Strategies", dependencies: ["FlashSale", .product(name: "Yams", package: "Yams")],
            resources: [.embedInCode("Builtin")], swiftSettings: fuzzedSettings),
        .target(
            name: "RedisDriver", dependencies: ["CHiredis", "COpenSSL", "CLinux", "FlashSale", "Strategies"],
            swiftSettings: fuzzedSettings),
        .target(
            name: "HTTPTransport", dependencies: ["CCurl", "CLinux", "FlashSale", "Strategies"],
            swiftSettings: fuzzedSettings),
        .target(
            name: "ProgramTransport", dependencies: ["CProcesses", "CLinux", "FlashSale", "Host", "Strategies"],
            swiftSettings: settings),
        .target(
            name: "EmbeddedRedis", dependencies: ["CSyncTable", "CLinux", "FlashSale", "RedisDriver", "Strategies"],
            swiftSettings: settings),
        .target(
            name: "Stores",
            dependencies: ["CLinux", "FlashSale", "HTTPTransport", "Host", "RedisDriver", "Strategies"],
            swiftSettings: fuzzedSettings),
        // Services that a run starts itself.
        .target(
            name: "Services",
            dependencies: [
                "CProcesses", "CLinux", "EmbeddedRedis", "FlashSale", "HTTPTransport", "Host", "ProgramTransport",
                "RedisDriver", "Strategies",
            ],
            swiftSettings: settings),
        .target(
            name: "Shop", dependencies: ["CLinux", "FlashSale", "Host", "RedisDriver", "Stores", "Strategies"],
            swiftSettings: settings),
        .target(
            name: "Clients",
            dependencies: [
                "CLinux", "FlashSale", "HTTPTransport", "Host", "ProgramTransport", "RedisDriver", "Strategies",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "Rehearsal",
            dependencies: ["CLinux", "Clients", "EmbeddedRedis", "FlashSale", "RedisDriver", "Shop", "Strategies"],
            swiftSettings: settings),
        .target(
            name: "Proxy", dependencies: ["CLinux", "FlashSale", "Host", "RedisDriver", "Strategies"],
            swiftSettings: fuzzedSettings),
        // Every order of a few buyers' commands.
        .target(
            name: "Exploration",
            dependencies: [
                "CLinux", "CProcesses", "Clients", "EmbeddedRedis", "FlashSale", "HTTPTransport", "Host",
                "ProgramTransport", "Proxy", "RedisDriver", "Rehearsal", "Services", "Shop", "Stores", "Strategies",
            ],
            swiftSettings: settings),
        .target(name: "Recordings", dependencies: ["FlashSale", "Host"], swiftSettings: fuzzedSettings),
        .target(
            name: "Fleet",
            dependencies: [
                "CLinux", "CProcesses", "Clients", "EmbeddedRedis", "FlashSale", "HTTPTransport", "Host",
                "ProgramTransport", "Proxy",
                "Recordings", "RedisDriver", "Services", "Shop", "Stores", "Strategies",
            ],
            swiftSettings: settings),
        // Pictures of figures: scales, axes and ticks. It knows nothing of sales.
        .target(name: "Charts", swiftSettings: settings),
        .target(
            name: "Reports",
            dependencies: [
                "Charts", "FlashSale", "Rehearsal", "Strategies", .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Templates")], swiftSettings: fuzzedSettings),
        // The page of a run that goes on, for a browser on this machine.
        .target(
            name: "Live",
            dependencies: [
                "FlashSale", "Host", "Reports", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "stress",
            dependencies: [
                "CLinux", "EarlySignals", "EmbeddedRedis", "Exploration", "Fleet", "FlashSale", "Host", "Live",
                "ProgramTransport", "Proxy",
                "Recordings", "RedisDriver", "Rehearsal", "Reports", "Services",
                "Shop",
                "Stores",
                "Strategies",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "FlashSaleTests", dependencies: ["FactsTestSupport", "FlashSale"], swiftSettings: settings + optimized
        ),
        .testTarget(
            name: "StrategiesTests", dependencies: ["AllocationCounter", "FlashSale", "Shop", "Strategies"],
            swiftSettings: settings),
        .testTarget(name: "HostTests", dependencies: ["CLinux", "FlashSale", "Host"], swiftSettings: settings),
        .testTarget(
            name: "ExplorationTests",
            dependencies: [
                "EmbeddedRedis", "Exploration", "FlashSale", "Proxy", "RedisDriver", "Strategies", "TestSupport",
                "stress",
            ],
            exclude: ["Shops"], swiftSettings: settings),
        .testTarget(
            name: "ReportsTests",
            dependencies: [
                "ChartsTestSupport", "FactsTestSupport", "FlashSale", "Rehearsal", "Reports", "Strategies",
            ],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(name: "ChartsTests", dependencies: ["Charts", "ChartsTestSupport"], swiftSettings: settings),
        .testTarget(
            name: "LiveTests", dependencies: ["FlashSale", "Live", "Reports", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "RecordingsTests",
            dependencies: ["FactsTestSupport", "FlashSale", "Recordings", "Reports", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "RedisDriverTests",
            dependencies: [
                "AllocationCounter", "CLinux", "EmbeddedRedis", "FlashSale", "RedisDriver", "SaleTestSupport",
                "Strategies", "TestSupport",
                "stress",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ProxyTests",
            dependencies: [
                "CLinux", "EmbeddedRedis", "FlashSale", "Proxy", "RedisDriver", "Strategies", "TestSupport", "stress",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "HTTPTransportTests",
            dependencies: ["CLinux", "FlashSale", "HTTPTransport", "Strategies", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "EmbeddedRedisTests",
            dependencies: ["EmbeddedRedis", "FlashSale", "RedisDriver", "Strategies", "TestSupport", "stress"],
            swiftSettings: settings),
        .testTarget(
            name: "ShopTests",
            dependencies: [
                "CLinux", "EmbeddedRedis", "FlashSale", "RedisDriver", "SaleTestSupport", "Shop", "Stores",
                "Strategies", "TestSupport", "stress",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ServicesTests",
            dependencies: [
                "FlashSale", "HTTPTransport", "RedisDriver", "Services", "Strategies", "TestSupport", "stress",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "StoresTests",
            dependencies: [
                "CLinux", "EmbeddedRedis", "FlashSale", "HTTPTransport", "Host", "RedisDriver", "SaleTestSupport",
                "Stores", "Strategies", "TestSupport", "stress",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ClientsTests",
            dependencies: [
                "CLinux", "Clients", "EmbeddedRedis", "FlashSale", "HTTPTransport", "Host", "ProgramTransport",
                "Recordings", "RedisDriver",
                "SaleTestSupport", "Strategies", "TestSupport", "stress",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "FleetTests",
            dependencies: [
                "CLinux", "CTestSupport", "Clients", "EmbeddedRedis", "FactsTestSupport", "FlashSale", "Fleet", "Host",
                "Recordings",
                "RedisDriver", "SaleTestSupport", "Shop", "Strategies", "TestSupport", "stress",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "EmbeddedRedis", "FlashSale", "Fleet", "Recordings", "RedisDriver", "Rehearsal", "Reports",
                "SaleTestSupport", "Shop", "Strategies", "TestSupport", "stress",
            ],
            exclude: ["Kubernetes"], swiftSettings: settings),
        .testTarget(
            name: "FuzzedReadersTests", dependencies: ["FuzzedReaders", "Recordings", "Strategies"],
            swiftSettings: settings),
        // What scripts/fuzz feeds, and the tests with what it found.
        .target(
            name: "FuzzedReaders",
            dependencies: [
                "Clients", "FlashSale", "Fleet", "HTTPTransport", "Proxy", "Recordings", "RedisDriver", "Reports",
                "Stores",
                "Strategies",
            ],
            path: "Tests/FuzzedReaders", swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["CTestSupport"], path: "Tests/TestSupport", swiftSettings: settings),
        .target(
            name: "SaleTestSupport",
            dependencies: ["EmbeddedRedis", "FlashSale", "RedisDriver", "Strategies", "TestSupport", "stress"],
            path: "Tests/SaleTestSupport", swiftSettings: settings),
        .target(
            name: "FactsTestSupport", dependencies: ["FlashSale"], path: "Tests/FactsTestSupport",
            swiftSettings: settings),
        // Reads pictures back.
        .target(
            name: "ChartsTestSupport", dependencies: ["Charts"], path: "Tests/ChartsTestSupport",
            swiftSettings: settings),
        .systemLibrary(name: "CTestSupport", path: "Tests/CTestSupport"),
        // Counts what a program takes from the heap.
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        // What scripts/bench machine and scripts/bench recording run.
        .executableTarget(
            name: "machine-benchmark", dependencies: ["AllocationCounter", "Clients", "FlashSale", "Strategies"],
            path: "scripts/baseline/machine", swiftSettings: settings),
        // The client that scripts/bench floor compares with: it only sends and waits.
        .executableTarget(name: "floor-benchmark", path: "scripts/baseline/floor"),
        // What scripts/bench fleet runs.
        .executableTarget(
            name: "fleet-benchmark",
            dependencies: ["CLinux", "Clients", "EmbeddedRedis", "FlashSale", "Fleet", "Host", "Strategies"],
            path: "scripts/baseline/fleet", swiftSettings: settings),
        // Makes the histories that scripts/bench verify judges.
        .executableTarget(
            name: "history-benchmark", dependencies: ["FlashSale", "Recordings", "Reports", "Strategies"],
            path: "scripts/baseline/history", swiftSettings: settings),
    ] + fuzzers,
    swiftLanguageModes: [.v6]
)
