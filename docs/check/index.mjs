console.log("check");
