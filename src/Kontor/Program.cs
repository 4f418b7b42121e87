using Kontor.Platform;

return await CommandLine.Run(args, new CommandHandlers
{
    Serve = ServeCommands.ServeAsync,
    Verify = ServeCommands.VerifyAsync,
    ImportGeo = ServeCommands.ImportGeoAsync,
    StartServer = ServeCommands.StartAsync,
});
