@echo off
rem Starts heed with the JDK beside it. Its reasons are in the shell script of the same name.
setlocal
for %%I in ("%~dp0..") do set "HEED_HOME=%%~fI"
"%HEED_HOME%\runtime\bin\java.exe" -XX:+UseSerialGC ^
    --module-path "%HEED_HOME%\lib" --add-modules ALL-MODULE-PATH ^
    --enable-native-access=heed.cli,ai.djl.tokenizers,com.sun.jna ^
    "-Dheed.home=%HEED_HOME%" -Dheed.terminal=false ^
    "-Djava.util.logging.config.file=%HEED_HOME%\lib\logging.properties" -Dslf4j.internal.verbosity=ERROR ^
    --module heed.cli/heed.cli.Heed %*
exit /b %ERRORLEVEL%
