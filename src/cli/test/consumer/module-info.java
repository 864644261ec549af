/// What a user's module needs: the interface. Backends on the module path come with it, as services.
module consumer {
    requires heed.attention;
}
