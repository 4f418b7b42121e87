using Kontor.Auction;
using Kontor.Billing;
using Kontor.Catalog;
using Kontor.Catalog.Editor;
using Kontor.Delivery;
using Kontor.Insight;
using Kontor.Insight.Board;
using Kontor.Insight.Reports;
using Kontor.Intake;
using Kontor.Intake.Dialects;
using Kontor.Matching;
using Kontor.Portal;
using Kontor.Portal.SignIn;
using Kontor.Returns;
using Kontor.Sale;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HttpOverrides;
using Npgsql;

namespace Kontor.Platform;

/// <summary>One node: opens the database, composes the stages in the lead's order, listens.</summary>
public sealed class Server : IAsyncDisposable
{
    private readonly Database database;
    private readonly WebApplication app;
    private readonly IDisposable? telemetry;

    private Server(Database database, WebApplication app, IDisposable? telemetry)
    {
        this.database = database;
        this.app = app;
        this.telemetry = telemetry;
    }

    /// <summary>The first operator key where this start made one; it is shown once.</summary>
    public string? NewOperatorKey { get; private init; }

    /// <summary>The first person of the console where this start made him with a password of its own; shown once.</summary>
    public NewOwner? NewOwner { get; private init; }

    /// <summary>Where it listens.</summary>
    public Uri Url => new(app.Urls.First());

    /// <summary>The services of this node.</summary>
    internal IServiceProvider Services => app.Services;

    /// <summary>Starts a node.</summary>
    /// <exception cref="DatabaseStartException">The database cannot be used; the message says what to do.</exception>
    public static async Task<Server> StartAsync(KontorOptions options, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "kontor" });
        Log(builder.Logging);
        builder.WebHost.UseUrls(options.Url);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Host.ConfigureHostOptions(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        using var logging = LoggerFactory.Create(Log);
        var database = await Database.OpenAsync(options, logging.CreateLogger<Database>(), cancel);
        try
        {
            Compose(builder.Services, options, database);
            var app = builder.Build();
            var operatorKey = await app.Services.GetRequiredService<ApiKeys>().EnsureOperatorKeyAsync(options.OperatorKey, cancel);
            var owner = await OpenDoorAsync(app.Services, options, cancel);
            await LiveCountersSql.LoadAsync(database.Source, app.Services.GetRequiredService<LiveCounters>(), cancel);
            Map(app);
            Connect(app.Services);
            await app.StartAsync(cancel);
            return new Server(database, app, Telemetry.Start(app.Configuration)) { NewOperatorKey = operatorKey, NewOwner = owner };
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }

        void Log(ILoggingBuilder logs) => logs.AddKontorConsole().SetMinimumLevel(options.LeastLogLevel ?? LogLevel.Information)
            .AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }

    // The keys of cookies and the first person who can sign in: once for all nodes.
    private static async Task<NewOwner?> OpenDoorAsync(IServiceProvider services, KontorOptions options, CancellationToken cancel)
    {
        await services.GetRequiredService<ProtectionKeys>().EnsureAsync(services.GetRequiredService<IKeyManager>(), cancel);
        return await FirstOwner.EnsureAsync(services, options, cancel);
    }

    /// <summary>Applies a network file, as <c>POST /v1/apply</c> would.</summary>
    /// <exception cref="CommandException">The file is refused; the message lists every problem.</exception>
    public async Task ApplyAsync(FileInfo file, CancellationToken cancel)
    {
        var network = ApplyNetworkFile.Read(await File.ReadAllTextAsync(file.FullName, cancel))
            ?? throw new CommandException($"{file.Name} is no network: it must be an object with lists of verticals, suppliers, sources, campaigns, buyers and contracts.");
        var outcome = await app.Services.GetRequiredService<ChangeCatalog>().ApplyAsync(ApplyNetwork.Read(network, Actor.Command("kontor serve --config")), cancel);
        var problems = outcome switch
        {
            CatalogOutcome.Invalid invalid => invalid.Problems,
            CatalogOutcome.StillReferenced referenced => referenced.Problems,
            _ => [],
        };
        if (problems.Length > 0)
        {
            throw new CommandException($"{file.Name} was not applied:" + string.Concat(problems.Select(problem => $"\n  {problem.Field}: {problem.Message}")));
        }
    }

    /// <summary>Waits until it is told to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancel) => app.WaitForShutdownAsync(cancel);

    /// <summary>Takes no more leads, finishes those it took, then stops the database it owns.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        telemetry?.Dispose();
        await database.DisposeAsync();
    }

    private static void Compose(IServiceCollection services, KontorOptions options, Database database)
    {
        services.AddRouting();
        services.AddPages();
        services.AddSignIn(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(database);
        services.AddSingleton(database.Source);
        services.AddHostedService<PartitionWorker>();
        services.AddHostedService<KeyUseWorker>();

        services.AddSingleton(PhonePlansFile.Load());
        services.AddCatalog();
        services.AddSingleton<LiveReadings>();
        services.AddSingleton<LiveDesks>();
        services.AddHostedService<LiveReadingsWorker>();

        services.AddSingleton<LiveCounters>();
        services.AddSingleton(provider => new ClaimLanes(
            database.Source, provider.GetRequiredService<LiveCounters>(), TimeProvider.System, provider.GetRequiredService<ILogger<ClaimLanes>>()));
        services.AddSingleton<PingDoors>();
        services.AddSingleton<AskBuyers>();
        services.AddSingleton<LossNotices>();
        services.AddSingleton<PendingAnswers>();
        services.AddSingleton<SettleSales>();
        services.AddSingleton<ReportOutcome>();
        services.AddSingleton<ReturnSale>();
        services.AddSingleton<Callbacks>();
        services.AddSingleton<ScreenLead>();
        services.AddSingleton<PostLead>();
        services.AddSingleton<FormGate>();
        services.AddSingleton<PostPing>();

        services.AddSingleton(new OutboundHttp(AddressRules.Parse(options.AllowPrivateTargets), TimeProvider.System));
        services.AddSingleton(provider => new DeliveryWiring(
            database.Source, provider.GetRequiredService<OutboundHttp>(), () => provider.GetRequiredService<LiveNetwork>().Current,
            version => provider.GetRequiredService<LiveNetwork>().LoadAsync(version), provider.GetRequiredService<SettleSales>().SettleAsync, TimeProvider.System));
        services.AddSingleton<DeliveryWorker>();
        services.AddSingleton<TraceLead>();
        services.AddSingleton<SimulateSale>();
        services.AddSingleton<DecisionStream>();

        // Stopped in the opposite order: first the workers that hand work to the lanes, then the lanes.
        services.AddHostedService(provider => provider.GetRequiredService<ClaimLanes>());
        services.AddHostedService(provider => provider.GetRequiredService<DeliveryWorker>());
        services.AddHostedService<CallbackWorker>();
        services.AddHostedService<ResellDue>();
        services.AddHostedService<LossNoticeWorker>();
        services.AddHostedService<ReportHoursWorker>();
        services.AddHostedService<LedgerHoursWorker>();
    }

    // The stages in the lead's order.
    private static void Map(WebApplication app)
    {
        // A proxy on this machine may say whom it stands for; nobody else is believed.
        app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto });
        app.UseRequestIds();
        app.UseFailureAnswers();
        app.UseRouting();
        app.MapHealth(
        [
            new ReadinessCheck("database", cancel => HealthSql.ReachableAsync(app.Services.GetRequiredService<NpgsqlDataSource>(), cancel)),
            ReadinessCheck.Of("snapshot", () => app.Services.GetRequiredService<LiveNetwork>().IsLoaded),
        ]);
        CatalogEndpoints.Map(app);
        NetworkPages.Map(app);
        PostPing.Map(app);
        PostLead.Map(app);
        DialectEndpoints.Map(app);
        SourceSpec.Map(app);
        LeadEndpoints.Map(app);
        LeadsPage.Map(app);
        GetPing.Map(app);
        SimulateSale.Map(app);
        CampaignShares.Map(app);
        DeliveryEndpoints.Map(app);
        BuyerSales.Map(app);
        ReportOutcome.Map(app);
        ReturnSale.Map(app);
        GetSummary.Map(app);
        BoardPage.Map(app);
        DeliveriesPage.Map(app);
        MoneyPage.Map(app);
        ReportsPage.Map(app);
        StatusPage.Map(app);
        Pages.Map(app);
        PartyPages.Map(app);
        SignInPages.Map(app);
        ApiDocument.Map(app);
        DocsPage.Map(app);
        BuyerAccounts.Map(app);
        SupplierAccounts.Map(app);
        Ledger.Map(app);
    }

    private static void Connect(IServiceProvider services)
    {
        var pending = services.GetRequiredService<PendingAnswers>();
        var deliveries = services.GetRequiredService<DeliveryWorker>();
        services.GetRequiredService<LiveDesks>();
        services.GetRequiredService<LiveNetwork>().Changed += _ => services.GetRequiredService<LiveCounters>().ForgetAccounts();
        var lanes = services.GetRequiredService<ClaimLanes>();
        Metrics.WatchQueue("lanes", () => lanes.OldestWait);
        lanes.OnCommitted(batch =>
        {
            deliveries.Offer(batch.Due);
            foreach (var (lead, standing) in batch.Final)
            {
                pending.Tell(lead, standing);
            }
        });
    }
}
