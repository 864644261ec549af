/// A backend from outside: a module that needs nothing but the interface.
module online {
    requires heed.attention;

    provides heed.attention.AttentionBackend with
            online.OnlineBackend;
}
